import Domain
import JSONText

/// The answer to a claim that is final.
enum RedeemAnswer: Resource {
    static let schemaName = "RedeemAnswer"
    static let members: [Member<Claimed<Redemption>>] = Claimed.head + body + Claimed.tail

    static let body: [Member<Claimed<Redemption>>] = [
        Member("redemption", "The places that the account has.") { Nested<Redemption>($0.thing) },
        Member("referral", "The part of the claim that counts for the referrer; null for none.") { _ in FreeObject(nil)
        },
    ]
}
