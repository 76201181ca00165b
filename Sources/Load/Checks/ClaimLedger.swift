/// The server's answers by the number of the redeemer, which the checks compare with its lists.
public struct ClaimLedger: Sendable {
    /// Got a redemption.
    public var granted = NumberSet()
    /// Got a hold, and asked for nothing since.
    public var held = NumberSet()
    /// Got a hold and gave it back.
    public var released = NumberSet()
    /// Asked and got no answer: may have a place or not.
    public var unknown = NumberSet()
    /// The codes, by index, for which an answer said that no place is left.
    public var soldOut = NumberSet()
    /// Replays that said they were a first claim.
    public var secondGrants = 0
    /// Replays that named another redemption than the first answer.
    public var wrongReplays = 0
    /// The first such redeemers.
    public var examples: [Int] = []

    private static let examplesMax = 5

    /// Makes an empty one.
    public init() {}

    /// Remembers a redeemer for the message of a failed check.
    mutating func note(_ number: Int) {
        if examples.count < ClaimLedger.examplesMax { examples.append(number) }
    }

    /// Adds what happened on another event loop or in an earlier part of the run.
    mutating func merge(_ other: ClaimLedger) {
        granted.formUnion(other.granted)
        held.formUnion(other.held)
        released.formUnion(other.released)
        unknown.formUnion(other.unknown)
        soldOut.formUnion(other.soldOut)
        secondGrants += other.secondGrants
        wrongReplays += other.wrongReplays
        for number in other.examples { note(number) }
    }
}
