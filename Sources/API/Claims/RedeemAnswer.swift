import Domain
import JSONText

/// The answer to a claim that is final.
enum RedeemAnswer: Resource {
    static let schemaName = "RedeemAnswer"
    static let members: [Member<Claimed<Redemption>>] = Claimed.head + body + Claimed.tail

    static let body: [Member<Claimed<Redemption>>] = [
        Member("redemption", "The places that the account has.") { Nested<Redemption>($0.thing) },
        Member("referral", "What the claim counts for the one who referred; null for nothing.") { _ in FreeObject(nil)
        },
    ]
}
