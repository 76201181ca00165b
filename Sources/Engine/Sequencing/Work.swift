public import Domain
public import Journal

/// One thing for the sequencer to do.
enum Work {
    /// Claims on the hot path, as one sender handed them in: never copied on their way.
    case claims(ArraySlice<ClaimSubmission>, Mailbox)
    /// Anything else.
    case general(any GeneralWork)

    /// How many commands this is.
    var count: Int {
        switch self {
        case .claims(let submissions, _): submissions.count
        case .general: 1
        }
    }

    /// Whether it only reads.
    var isView: Bool {
        switch self {
        case .general(let work): work.isView
        case .claims: false
        }
    }

    /// Takes off the first `limit` commands; nil behind them when that is all.
    func split(after limit: Int) -> (first: Work, rest: Work?) {
        guard case .claims(let submissions, let mailbox) = self, submissions.count > limit else { return (self, nil) }
        return (.claims(submissions.prefix(limit), mailbox), .claims(submissions.dropFirst(limit), mailbox))
    }
}

/// A claim and the number by which its sender will know the answer.
public struct ClaimSubmission: Sendable {
    /// What is asked for.
    public var command: ClaimCommand
    /// Comes back with the answer.
    public var token: UInt64

    /// Pairs a command with a token.
    public init(command: ClaimCommand, token: UInt64) {
        self.command = command
        self.token = token
    }
}

/// The answer to a submission.
public struct ClaimReply: Sendable {
    /// The submission's token.
    public var token: UInt64
    /// The outcome, or why there is none.
    public var result: Result<ClaimOutcome, EngineError>
    /// The position that the outcome is true at.
    public var position: LogPosition
    /// The log's time of the decision.
    public var time: Timestamp
}

/// A value and the position at which it is true.
public struct Decided<Value: Sendable>: Sendable {
    /// What was decided or read.
    public let value: Value
    /// The position that it is true at.
    public let position: LogPosition
    /// The log's time at that position.
    public let time: Timestamp

    /// Pairs a value with its position.
    public init(value: Value, position: LogPosition, time: Timestamp) {
        self.value = value
        self.position = position
        self.time = time
    }
}

/// Where a sender's answers arrive: one delivery per batch.
public final class Mailbox: Sendable {
    let deliver: @Sendable ([ClaimReply]) -> Void

    init(deliver: @escaping @Sendable ([ClaimReply]) -> Void) {
        self.deliver = deliver
    }
}

/// A command that is not on the hot path: decided in the same order, answered by itself.
protocol GeneralWork: AnyObject, Sendable {
    /// Whether it only reads, so that any node may do it.
    var isView: Bool { get }
    /// Decides. A thrown rejection means: take back what was written.
    func decide(in context: inout DecisionContext) throws(Rejection)
    /// The decision stands (or its rejection does): tell the caller.
    func complete(position: LogPosition, time: Timestamp)
    /// There is no decision: tell the caller.
    func fail(_ error: EngineError)
}

/// Work on the node itself: frames to follow, a change of role.
///
/// Done alone, between two batches.
protocol ControlWork: AnyObject, Sendable {
    /// Does it and tells the caller.
    func run(in loop: SequencerLoop)
    /// It was not done: tell the caller.
    func fail(_ error: EngineError)
}

/// Control work with a typed answer.
final class Control<Value: Sendable>: ControlWork, Sendable {
    private let body: @Sendable (SequencerLoop) throws(EngineError) -> Value
    private let answer: @Sendable (Result<Value, EngineError>) -> Void

    init(
        _ body: @escaping @Sendable (SequencerLoop) throws(EngineError) -> Value,
        answer: @escaping @Sendable (Result<Value, EngineError>) -> Void
    ) {
        self.body = body
        self.answer = answer
    }

    func run(in loop: SequencerLoop) {
        let result: Result<Value, EngineError>
        do throws(EngineError) {
            result = .success(try body(loop))
        } catch {
            result = .failure(error)
        }
        answer(result)
    }

    func fail(_ error: EngineError) {
        answer(.failure(error))
    }
}

/// A general command with a typed answer.
///
/// `@unchecked Sendable`: `outcome` is touched by the sequencer's thread only; the rest never changes.
final class Decision<Value: Sendable>: GeneralWork, @unchecked Sendable {
    let isView: Bool
    private let body: @Sendable (inout DecisionContext) throws(Rejection) -> Value
    private let answer: @Sendable (Result<Decided<Value>, any Error>) -> Void
    private var outcome: Result<Value, Rejection>?

    init(
        isView: Bool = false, _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value,
        answer: @escaping @Sendable (Result<Decided<Value>, any Error>) -> Void
    ) {
        self.isView = isView
        self.body = body
        self.answer = answer
    }

    func decide(in context: inout DecisionContext) throws(Rejection) {
        do {
            outcome = .success(try body(&context))
        } catch {
            outcome = .failure(error)
            throw error
        }
    }

    func complete(position: LogPosition, time: Timestamp) {
        guard let outcome else { preconditionFailure("a command is decided before it is completed") }
        switch outcome {
        case .success(let value): answer(.success(Decided(value: value, position: position, time: time)))
        case .failure(let rejection): answer(.failure(rejection))
        }
    }

    func fail(_ error: EngineError) {
        answer(.failure(error))
    }
}
