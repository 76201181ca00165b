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
    /// Randomness that cannot be guessed; seeded in tests.
    public var random: any RandomNumberGenerator
    /// The one who acts: the actor of the command's events.
    public var actor: Actor
    /// The target of the last claim; a shortcut, never an input.
    public var subject: TargetMemo
    /// The claims that were decided in this context.
    public var claims: ClaimCounts
    /// True if a command was refused something that could be free once what is due is settled: that stands only if
    /// nothing is due.
    ///
    /// The sequencer settles that and decides again.
    public internal(set) var isShortBesideDue = false
    /// The notes of referrals to the abuse gate, in this context.
    public internal(set) var referralSignals = ReferralSignals()
    private var command = CommandPosition()

    /// Where the command in hand stands in the log.
    private struct CommandPosition {
        var before = LogPosition(epoch: 0, sequence: 0)
        var after = LogPosition(epoch: 0, sequence: 0)
        var writes = 0
        var willWrite = false
    }

    /// The hidden codes: a copy of the state's record, kept in memory for the hot path.
    public internal(set) var pending: PendingRanges

    /// Makes a context; the sequencer does, and tests.
    ///
    /// - Parameters:
    ///   - state: The state that the command reads and writes.
    ///   - now: The time of the batch.
    ///   - random: The randomness of the command.
    ///   - actor: The one who acts.
    ///   - subject: The target of the claim before.
    ///   - pending: The value of ``pending`` after the command before; nil reads it.
    ///   - claims: The counts to add to.
    public init(
        state: Transaction, now: Timestamp, random: any RandomNumberGenerator, actor: Actor = .host,
        subject: TargetMemo = TargetMemo(), pending: PendingRanges? = nil, claims: ClaimCounts = ClaimCounts()
    ) {
        self.state = state
        self.now = now
        self.random = random
        self.actor = actor
        self.subject = subject
        self.pending = pending ?? PendingRanges(reading: state)
        self.claims = claims
    }

    /// Begins a command; the sequencer does.
    ///
    /// - Parameters:
    ///   - before: the position of the last command that changed the state.
    ///   - after: the position of this command if it changes the state.
    public mutating func beginCommand(before: LogPosition, after: LogPosition) {
        command = CommandPosition(before: before, after: after, writes: state.writeCount)
    }

    /// Says that the command will write something yet, so that ``position`` is the one it will have.
    public mutating func announceWrite() { command.willWrite = true }

    /// The position that the command's answer is true at: its own once it has written something or announced to, else
    /// that of the command before it.
    ///
    /// - Precondition: the command was begun with ``beginCommand(before:after:)``.
    public var position: LogPosition {
        command.willWrite || state.writeCount != command.writes ? command.after : command.before
    }

    /// A number for a new thing.
    public func makeNumber() -> EntityNumber {
        EntityNumber(rawValue: state.allocateNumber())
    }

    /// Takes back what a command that was rolled back did to what is kept in memory.
    public mutating func restore(pending: PendingRanges) {
        self.pending = pending
    }
}
