import API
import Engine
import NIOCore
import Wire

/// The claims of a thread on their way to the sequencer, and how they are timed and answered.
///
/// Gathers what all connections of the thread submit in one round and hands it over at once. Its owner knows where an
/// answer goes: a token means nothing here.
struct ClaimDesk: ~Copyable {
    private let engine: Engine
    private let latency: LatencyRecorder
    private let clock = SystemClock()
    /// Where the answers arrive; nil after ``close()``.
    private var mailbox: Mailbox?
    private var waiting: [ClaimSubmission] = []
    private var latencies = Histogram.nanoseconds
    var writer: AnswerWriter

    /// - Parameters:
    ///   - engine: The engine.
    ///   - latency: Records the times of claims.
    ///   - deliver: Called on the sequencer's thread, once for all answers of a batch.
    init(engine: Engine, latency: LatencyRecorder, deliver: @escaping @Sendable ([ClaimReply]) -> Void) {
        self.engine = engine
        self.latency = latency
        writer = AnswerWriter(ids: engine.publicIDs)
        mailbox = engine.makeMailbox(deliver)
    }

    /// Gives the mailbox up, which keeps its owner alive: no answer comes any more.
    mutating func close() { mailbox = nil }

    /// True if nothing is in line.
    var isEmpty: Bool { waiting.isEmpty }

    /// The monotonic clock that claims are timed by.
    var now: UInt64 { clock.monotonicNanoseconds() }

    /// Puts a claim in line.
    mutating func put(_ submission: ClaimSubmission) { waiting.append(submission) }

    /// Hands over what is in line.
    ///
    /// - Returns: what found no room: the engine has not looked at it.
    mutating func submit() -> ArraySlice<ClaimSubmission> {
        guard !waiting.isEmpty, let mailbox else { return [] }
        let accepted = engine.submit(waiting, to: mailbox)
        guard accepted < waiting.count else {
            waiting.removeAll(keepingCapacity: true)
            return []
        }
        defer { waiting.removeAll(keepingCapacity: true) }
        return waiting[accepted...]
    }

    /// True if a claim that found no room can find some later.
    var mayFindRoom: Bool { engine.submissionRefusal.code == .overloaded }

    /// The answer to a claim that found no room.
    var refusal: Problem { Problem(engine.submissionRefusal) }

    /// Appends the sequencer's answer to a claim, and takes note of how long it took.
    mutating func answer(
        _ reply: ClaimReply, to claim: PendingClaim, at now: UInt64, closes: Bool, to out: inout ByteBuffer
    ) {
        time(claim, at: now)
        writer.write(reply, orFailureAt: engine.position, closes: closes, traceID: claim.traceID, to: &out)
    }

    /// An answer of the server's own.
    mutating func response(_ problem: Problem, closes: Bool, traceID: TraceID?) -> ByteBuffer {
        var response = ByteBuffer()
        writer.write(problem, position: engine.position, closes: closes, traceID: traceID, to: &response)
        return response
    }

    /// Takes note of an answer of the sequencer.
    mutating func time(_ claim: PendingClaim, at now: UInt64) { latencies.add(now &- claim.readAt) }

    /// Hands over the times of a round.
    mutating func endRound() { latency.take(&latencies) }
}
