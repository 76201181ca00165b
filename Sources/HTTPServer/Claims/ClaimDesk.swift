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
    private let meters: ServerMeters
    let accessLog: AccessLog?
    private let clock = SystemClock()
    /// Where the answers arrive; nil after ``close()``.
    private var mailbox: Mailbox?
    private var waiting: [ClaimSubmission] = []
    private var latencies = Histogram.nanoseconds
    private var tally = AnswerTally()
    var writer: AnswerWriter

    /// - Parameters:
    ///   - engine: The engine.
    ///   - meters: Records the times of claims, and their answers.
    ///   - accessLog: The sample of requests that is written down; nil for none.
    ///   - deliver: Called on the sequencer's thread, once for all answers of a batch.
    init(
        engine: Engine, meters: ServerMeters, accessLog: AccessLog?,
        deliver: @escaping @Sendable ([ClaimReply]) -> Void
    ) {
        self.accessLog = accessLog
        self.engine = engine
        self.meters = meters
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
    mutating func put(_ submission: consuming ClaimSubmission) { waiting.append(submission) }

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
        let start = out.writerIndex
        writer.write(
            reply, orFailureAt: engine.position, closes: closes, traceID: claim.traceID, to: &out, as: claim.operation,
            in: &tally)
        guard let accessed = claim.accessed else { return }
        let head = out.viewBytes(at: start, length: out.writerIndex - start)
        accessLog?.end(accessed, with: head ?? ByteBufferView(), traceID: claim.traceID)
    }

    /// An answer of the server's own.
    mutating func response(
        _ problem: Problem, to claim: ClaimOperation?, closes: Bool, traceID: TraceID?
    ) -> ByteBuffer {
        var response = ByteBuffer()
        tally.add(claim, problem.status, problem: problem.code)
        tally.take(to: meters.answers)
        writer.write(problem, position: engine.position, closes: closes, traceID: traceID, to: &response)
        return response
    }

    /// Takes note of a batch whose answer begins.
    mutating func beginBatch() {
        tally.add(.batch, 200)
        tally.take(to: meters.answers)
    }

    /// Takes note of an answer of the sequencer.
    mutating func time(_ claim: PendingClaim, at now: UInt64) { latencies.add(now &- claim.readAt) }

    /// Hands over the times and the answers of a round.
    mutating func endRound() {
        meters.latency.take(&latencies)
        tally.take(to: meters.answers)
    }
}
