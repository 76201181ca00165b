import Domain

/// The answer to a line of a batch, if it is a success.
enum RedeemLine: Resource {
    static let schemaName = "RedeemLine"
    static let members: [Member<Claimed<Redemption>>] =
        Claimed.head + [Member("status", "The status that the line would have had alone.") { _ in 200 }]
        + RedeemAnswer.body + Claimed.tail
}
