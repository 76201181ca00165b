public import Journal
public import Store

/// Everything that a decision may look at: the state, the time and chance.
///
/// There is no other input.
///
/// Lives on the sequencer's thread for one batch. A decision reads and writes ``state``; when it throws a
/// ``Rejection``, everything it wrote is taken back.
public struct DecisionContext {
    /// The state as of the command before this one.
    public let state: Transaction
    /// The batch's time; the same for all commands of a batch.
    public let now: Timestamp
    /// Randomness that can not be guessed; seeded in tests.
    public var random: any RandomNumberGenerator
    /// What the last claim was about; a shortcut, never an input.
    public var subject: SubjectMemo

    /// Makes a context; the sequencer does, and tests.
    public init(
        state: Transaction, now: Timestamp, random: any RandomNumberGenerator, subject: SubjectMemo = SubjectMemo()
    ) {
        self.state = state
        self.now = now
        self.random = random
        self.subject = subject
    }

    /// A number for a new thing.
    public func makeNumber() -> EntityNumber {
        EntityNumber(rawValue: state.allocateNumber())
    }
}
