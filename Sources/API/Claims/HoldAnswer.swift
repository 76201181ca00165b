import Domain

/// The answer to a claim for a time.
enum HoldAnswer: Resource {
    static let schemaName = "HoldAnswer"
    static let members: [Member<Claimed<Hold>>] =
        Claimed.head + [Member("hold", "The hold.") { Nested<Hold>($0.thing) }] + Claimed.tail
}
