import API
import Domain
import Engine
import NIOCore
import Wire

#if canImport(Glibc)
    import Glibc
#endif

/// One `/redeem/batch`: lines in, answers out, in the same order, with bounded memory on both sides.
final class BatchExchange {
    /// A line that was read and whose answer has not been written.
    ///
    /// One word: almost every entry waits and is written the moment its answer comes, in the order of the lines. An answer
    /// that has to wait for others lies elsewhere.
    private enum Entry {
        case waiting
        indirect case reply(ClaimReply)
        indirect case problem(Problem)
    }

    private(set) var isKeepAlive: Bool
    /// When a line was last answered, or began to be waited for: in ticks of the loop.
    private(set) var lastProgress: Int
    /// True if the connection takes more output at the moment.
    var isWritable = true

    private let access: Access
    /// The trace that the request names: that of all its lines.
    private let traceID: TraceID?
    private let isChunked: Bool
    /// Bytes that are not yet a whole line, or not yet wanted.
    private var unread = ByteBuffer()
    private var entries = AnswerOrder<Entry>()
    private var isInputEnded = false
    /// True if lines were lost: then the answer has no end either, so that nobody takes it for whole.
    private var isCut = false
    private var isSkippingLine = false
    private var isHeadWritten = false
    /// Lines that may still be refused before others of the event loop have their turn.
    private var refusalsLeft = ConnectionLimits.refusalsPerTurn
    /// True if the next turn is on its way.
    var isTurnDue = false
    private var body = JSONWriter()

    init(head: ClaimHead, access: Access, tick: Int) {
        self.access = access
        traceID = head.traceID
        lastProgress = tick
        isChunked = head.knowsChunks
        isKeepAlive = head.isKeepAlive && head.knowsChunks
    }

    /// True if no more input is wanted until answers have left.
    var isPaused: Bool { unread.readableBytes > 0 && isFull }

    /// True if every line is answered and no more can come.
    var isFinished: Bool { isInputEnded && unread.readableBytes == 0 && entries.isEmpty }

    /// True if no line was read and nothing was answered yet.
    var isUnanswered: Bool { entries.isEmpty && !isHeadWritten }

    /// True if the next answer is there.
    var hasAnswer: Bool {
        switch entries.first {
        case .reply, .problem: true
        case .waiting, nil: false
        }
    }

    /// True if the next answer is awaited.
    var isWaiting: Bool { !entries.isEmpty && !hasAnswer }

    /// True if as many lines were refused as may be at once, and there is more to read.
    var isOutOfTurn: Bool { refusalsLeft == 0 && unread.readableBytes > 0 }

    private var isFull: Bool {
        entries.count >= ConnectionLimits.linesInFlightMax || !isWritable || refusalsLeft == 0
    }

    /// Allows another turn's worth of lines to be refused.
    func beginTurn() { refusalsLeft = ConnectionLimits.refusalsPerTurn }

    /// Takes a part of the body.
    func take(_ bytes: ByteBuffer, for handler: ClaimConnectionHandler) {
        if unread.readableBytes == 0 {
            unread = bytes
        } else {
            unread.discardReadBytes()
            unread.writeImmutableBuffer(bytes)
        }
        parse(for: handler)
    }

    /// The body is complete: what is left is the last line.
    func end(for handler: ClaimConnectionHandler) {
        isInputEnded = true
        parse(for: handler)
    }

    /// The body broke off: the lines so far are answered, half a line is dropped, and the connection ends.
    func breakOff() {
        isCut = !isInputEnded || unread.readableBytes > 0
        isInputEnded = true
        isKeepAlive = false
        unread.clear()
    }

    /// Answers every line that still waits with a problem, and takes no more.
    func giveUp(_ problem: Problem) {
        breakOff()
        entries.mapAll { if case .waiting = $0 { $0 = .problem(problem) } }
    }

    /// Reads lines while there is room for their answers.
    func parse(for handler: ClaimConnectionHandler) {
        while !isFull, unread.readableBytes > 0 {
            guard let length = lineLength() else {
                guard isInputEnded else { return checkLineLength() }
                readLine(unread.readableBytes, for: handler)
                return unread.clear()
            }
            readLine(length, for: handler)
            unread.moveReaderIndex(forwardBy: length + 1)
        }
    }

    /// The bytes before the next line feed.
    private func lineLength() -> Int? {
        unread.withUnsafeReadableBytes { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base, 0x0A, bytes.count) else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// A line without end must not fill the memory: it is answered as too long, and skipped.
    private func checkLineLength() {
        guard unread.readableBytes > ConnectionLimits.bodyBytesMax else { return }
        if !isSkippingLine { entries.begin(.problem(.bodyTooLarge(ConnectionLimits.bodyBytesMax))) }
        isSkippingLine = true
        unread.clear()
    }

    private func readLine(_ length: Int, for handler: ClaimConnectionHandler) {
        if isSkippingLine {
            isSkippingLine = false
            return
        }
        let line = entries.nextOrdinal
        let linesMax = handler.loop.services.limits.batchLinesMax
        let result: Result<ClaimCommand, Problem>? = unread.withUnsafeReadableBytes { bytes in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<length])
            guard !ClaimRequest.isBlank(bytes) else { return nil }
            guard line < linesMax else { return .failure(.tooManyLines(linesMax)) }
            guard length <= ConnectionLimits.bodyBytesMax else {
                return .failure(.bodyTooLarge(ConnectionLimits.bodyBytesMax))
            }
            return bytes.withMemoryRebound(to: UInt8.self) { bytes in
                do throws(Problem) {
                    return .success(try ClaimRequest.command(in: bytes, form: .redeem, tenant: access.tenant))
                } catch {
                    return .failure(error)
                }
            }
        }
        switch result {
        case nil: return
        case .success(let command)?:
            if entries.isEmpty { lastProgress = handler.loop.tick }
            entries.begin(.waiting)
            handler.loop.submit(command, by: access.actor, from: handler, ordinal: line, isLine: true)
        case .failure(let problem)?:
            refusalsLeft -= 1
            entries.begin(.problem(problem))
        }
    }

    /// A line's answer came.
    ///
    /// - Parameters:
    ///   - line: The number of the line.
    ///   - reply: The answer.
    ///   - loop: Formats the answer at once if it is the next; nil where answers have to wait for those of an earlier
    ///     request.
    func answered(_ line: Int, _ reply: ClaimReply, formatting loop: ClaimLoop?) {
        guard entries.isNext(line), let loop else {
            entries[line] = .reply(reply)
            return
        }
        lastProgress = loop.tick
        write(reply, loop)
        endLine()
    }

    func refused(_ line: Int, _ problem: Problem) {
        entries[line] = .problem(problem)
    }

    /// Writes the answers of the lines that are ready, as far as the order allows.
    func write(to edge: ConnectionEdge, loop: ClaimLoop) {
        if hasAnswer { lastProgress = loop.tick }
        while let entry = entries.first {
            switch entry {
            case .waiting: return writeChunk(to: edge, loop: loop)
            case .reply(let reply): write(reply, loop)
            case .problem(let problem): problem.write(to: &body, traceID: traceID ?? loop.makeTraceID())
            }
            endLine()
        }
        writeChunk(to: edge, loop: loop)
    }

    private func endLine() {
        body.raw("\n")
        entries.removeFirst()
    }

    private func write(_ reply: ClaimReply, _ loop: ClaimLoop) {
        switch reply.result {
        case .success(.refused(let refusal)):
            Problem.refused(refusal).write(to: &body, traceID: traceID ?? loop.makeTraceID())
        case .success(let outcome):
            loop.writeLine(outcome, position: reply.position, to: &body.buffer)
        case .failure(let error):
            Problem(error).write(to: &body, traceID: traceID ?? loop.makeTraceID())
        }
    }

    private func writeChunk(to edge: ConnectionEdge, loop: ClaimLoop) {
        guard body.buffer.readableBytes > 0 else { return }
        writeHead(to: edge, loop: loop)
        if isChunked {
            edge.write(ByteBuffer(string: String(body.buffer.readableBytes, radix: 16) + "\r\n"))
            edge.write(body.buffer)
            edge.write(ByteBuffer(string: "\r\n"))
        } else {
            edge.write(body.buffer)
        }
        body = JSONWriter()
    }

    private func writeHead(to edge: ConnectionEdge, loop: ClaimLoop) {
        guard !isHeadWritten else { return }
        isHeadWritten = true
        edge.write(loop.batchHead(chunked: isChunked, closes: !isKeepAlive))
    }

    /// Writes the end of the answer; none where lines were lost.
    func writeEnd(to edge: ConnectionEdge, loop: ClaimLoop) {
        writeHead(to: edge, loop: loop)
        if isChunked, !isCut { edge.write(ByteBuffer(string: "0\r\n\r\n")) }
    }
}

extension Problem {
    static func tooManyLines(_ limit: Int) -> Problem {
        Problem(413, "too_many_lines", "A batch has at most \(limit) lines; send another one.")
    }
}
