import API
import Domain
import Engine
import Journal
import NIOCore
import Wire

/// Writes whole answers of the claim routes, head and body, one behind the other into a buffer.
///
/// Used on one thread.
struct AnswerWriter: ~Copyable {
    private var answer: ClaimAnswer
    /// Where a success is put together: its body in the one half, its head in the other.
    private let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * halfBytes, alignment: 16)
    private static let halfBytes = ClaimAnswer.bytesMax
    private var random = TraceRandom()
    private let clock = SystemClock()
    private var body = JSONWriter()
    private var dateSeconds = -1
    private var dateText = ByteBuffer()

    init(ids: PublicIDs) {
        answer = ClaimAnswer(ids: ids)
    }

    deinit { scratch.deallocate() }

    /// Appends the answer to a claim, and counts it; one without an outcome is given with the node's position.
    mutating func write(
        _ reply: ClaimReply, orFailureAt position: @autoclosure () -> LogPosition, closes: Bool, traceID: TraceID?,
        to out: inout ByteBuffer, as claim: ClaimOperation, in tally: inout AnswerTally
    ) {
        switch reply.result {
        case .success(.refused(let refusal)):
            let problem = Problem.refused(refusal)
            tally.add(claim, problem.status)
            write(problem, position: reply.position, closes: closes, traceID: traceID, to: &out)
        case .success(let outcome):
            tally.add(claim, ClaimAnswer.status(outcome))
            write(outcome, position: reply.position, closes: closes, to: &out)
        case .failure(let error):
            let problem = Problem(error)
            tally.add(claim, problem.status, problem: problem.code)
            write(problem, position: position(), closes: closes, traceID: traceID, to: &out)
        }
    }

    private mutating func write(
        _ outcome: ClaimOutcome, position: LogPosition, closes: Bool, to out: inout ByteBuffer
    ) {
        let half = AnswerWriter.halfBytes
        var body = FixedText(UnsafeMutableRawBufferPointer(rebasing: scratch[half...]))
        answer.write(outcome, position: position, to: &body)
        var head = FixedText(UnsafeMutableRawBufferPointer(rebasing: scratch[..<half]))
        ResponseHead(
            status: ClaimAnswer.status(outcome), content: .json, position: position, bodyBytes: body.count,
            closes: closes
        ).write(to: &head, date: date())
        out.writeBytes(head.written)
        out.writeBytes(body.written)
    }

    /// Appends a success as a line of a batch, without the line feed.
    mutating func writeLine(_ outcome: ClaimOutcome, position: LogPosition, to out: inout ByteBuffer) {
        var line = FixedText(UnsafeMutableRawBufferPointer(rebasing: scratch[AnswerWriter.halfBytes...]))
        answer.write(outcome, position: position, lineStatus: ClaimAnswer.status(outcome), to: &line)
        out.writeBytes(line.written)
    }

    /// Appends a problem.
    mutating func write(
        _ problem: Problem, position: LogPosition, closes: Bool, traceID: TraceID?, to out: inout ByteBuffer
    ) {
        body.buffer.clear()
        problem.write(to: &body, traceID: traceID ?? makeTraceID())
        let head = ResponseHead(
            status: problem.status, content: .problem, position: position, bodyBytes: body.buffer.readableBytes,
            closes: closes, retryAfterSeconds: problem.retryAfterSeconds, allow: problem.allow)
        head.write(to: &out, date: date())
        out.writeImmutableBuffer(body.buffer)
    }

    /// A fresh trace id.
    mutating func makeTraceID() -> TraceID { TraceID(using: &random) }

    /// The text of the field `Date`.
    mutating func date() -> ByteBuffer {
        let seconds = Int(clock.wallMilliseconds() / 1000)
        if seconds != dateSeconds {
            dateSeconds = seconds
            dateText = ByteBuffer()
            TimeText.writeHTTPDate(seconds: seconds, to: &dateText)
        }
        return dateText
    }
}
