import Domain

/// The answer to a claim that is final.
enum RedeemAnswer: Resource {
    static let schemaName = "RedeemAnswer"
    static let members: [Member<Claimed<Redemption>>] = Claimed.head + body + Claimed.tail

    static let body: [Member<Claimed<Redemption>>] = [
        Member("redemption", "The places that the account has.") { Nested<Redemption>($0.thing) },
        Member("referral", "Who brought the account, if this claim was the one that did; null for none.") {
            $0.thing.referral.map { Nested<Referral>($0.value) }
        },
    ]
}
