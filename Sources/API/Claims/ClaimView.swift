import Domain

/// A claim that has places, as answers show it: a hold or a redemption.
protocol ClaimView: Resource, Sendable where Value == Self {
    /// The code, unless a campaign was claimed without one.
    var code: EntityNumber? { get }
    /// The campaign, unless the code stands alone.
    var campaign: EntityNumber? { get }
    /// Who has the places.
    var redeemer: AccountID { get }
    /// The public id of the invitation that led here.
    var invitation: UInt64? { get }
    /// The number of places.
    var quantity: UInt32 { get }
}

extension ClaimView {
    /// The members that both have.
    static var claimMembers: [Member<Self>] {
        [
            Member("code_id", "The code; null where a campaign was claimed without one.") { $0.code },
            Member("campaign_id", "The campaign; null where the code has none.") { $0.campaign },
            Member("redeemer_id", "The account that has the places.", .personal) { $0.redeemer },
            Member("invitation_id", "The invitation that led here; null for none.") { $0.invitation },
            Member("quantity", "The places.") { $0.quantity },
        ]
    }
}
