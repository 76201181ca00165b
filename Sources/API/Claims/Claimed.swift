import Journal

/// The success of a claim as it is shown: what was given, and where the log has it.
struct Claimed<Thing: Sendable>: Sendable {
    var thing: Thing
    /// True if the same redeemer had it before.
    var already: Bool
    var position: LogPosition

    init(_ thing: Thing, already: Bool, position: LogPosition) {
        self.thing = thing
        self.already = already
        self.position = position
    }

    /// The members that all successes begin with.
    static var head: [Member<Claimed>] {
        [
            Member("ok", "True.") { _ in true },
            Member("already", "True if this account had it before: the first outcome again.") { $0.already },
        ]
    }

    /// The member that all successes end with.
    static var tail: [Member<Claimed>] {
        [Member(AnswerForm.positionName, "Where the log has the claim.") { $0.position }]
    }
}
