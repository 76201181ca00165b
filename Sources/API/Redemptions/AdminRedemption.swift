import Domain

/// A redemption as the administration sees it.
enum AdminRedemption: Resource {
    static let schemaName = "AdminRedemption"
    static let noun = "Redemption"
    static let members: [Member<Redemption>] =
        Redemption.members + [
            Member("released_at", "When its places were given back; null for never.") { $0.releasedAt }
        ]
}

extension Redemption: Resource {
    static let schemaName = "Redemption"
    static let members: [Member<Redemption>] = [
        Member("id", "The redemption's id.") { $0.number },
        Member("code_id", "The code; null where a campaign was claimed without one.") { $0.code },
        Member("campaign_id", "The campaign; null where the code has none.") { $0.campaign },
        Member("redeemer_id", "The account that has the places.", .personal) { $0.redeemer },
        Member("invitation_id", "The invitation that led here; null for none.") { $0.invitation },
        Member("quantity", "The places.") { $0.quantity },
        Member("redeemed_at", "When it was claimed.") { $0.redeemedAt },
    ]
}
