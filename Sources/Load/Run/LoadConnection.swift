import NIOCore

/// One keep-alive connection: requests go out in order, answers come back in the same order.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request whose answer has not come.
    private struct Pending {
        var due: UInt64
        var sent: UInt64
        var phase: Int
        var tag: RequestTag
        var pieces = 0
        var hasFailed = false
    }

    private let worker: LoadWorker
    private var context: ChannelHandlerContext?
    private var pending = CircularBuffer<Pending>()
    private var scanner = AnswerScanner()
    /// The part of an answer whose rest has not arrived.
    private var received = ByteBuffer()
    private var outgoing = ByteBuffer()
    /// The reason why this side closed it.
    private var fault: String?

    init(_ worker: LoadWorker) {
        self.worker = worker
    }

    /// True if requests can be sent.
    var isOpen: Bool { context != nil && fault == nil }

    /// The instant at which the oldest request without an answer was sent.
    var waitingSince: UInt64? { pending.first?.sent }

    // MARK: Sending

    /// Writes the source's next request; it leaves with ``flush()``.
    ///
    /// - Returns: false when there is none.
    func send(_ source: any RequestSource, due: UInt64, now: UInt64, phase: Int) -> Bool {
        guard let tag = source.next(into: &outgoing) else { return false }
        pending.append(Pending(due: due, sent: now, phase: phase, tag: tag))
        return true
    }

    /// Sends what was written.
    func flush() {
        guard let context, outgoing.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        outgoing.clear()
    }

    /// Gives up on the connection.
    func abandon(_ reason: String) {
        guard fault == nil else { return }
        fault = reason
        context?.close(promise: nil)
    }

    // MARK: Events

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        worker.opened(self)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        let now = NIODeadline.now().uptimeNanoseconds
        if received.readableBytes > 0 {
            received.writeBuffer(&buffer)
            scan(&received, now)
            if received.readableBytes == 0 { received.clear() }
        } else {
            scan(&buffer, now)
            if buffer.readableBytes > 0 {
                received.clear()
                received.writeBuffer(&buffer)
            }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { worker.flush() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { abandon(LoadWorker.kind(of: error)) }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        let lost = pending
        pending.removeAll()
        for request in lost {
            worker.source.finish(request.tag, pieces: request.pieces, isLost: true)
            worker.lost(phase: request.phase, fault ?? "connection_closed")
        }
        worker.closed(self)
    }

    // MARK: Answers

    private func scan(_ buffer: inout ByteBuffer, _ now: UInt64) {
        guard fault == nil else { return buffer.clear() }
        do throws(AnswerScanner.Fault) {
            let used = try scan(buffer, now)
            buffer.moveReaderIndex(forwardBy: used)
        } catch {
            buffer.clear()
            abandon("not_http")
        }
    }

    private func scan(_ buffer: ByteBuffer, _ now: UInt64) throws(AnswerScanner.Fault) -> Int {
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<Int, AnswerScanner.Fault> in
            do throws(AnswerScanner.Fault) {
                return .success(try scanner.scan(bytes) { take($0, now) })
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func take(_ event: AnswerScanner.Event, _ now: UInt64) {
        guard var request = pending.first else { return abandon("unasked_answer") }
        switch event {
        case .piece(let bytes, let status):
            let piece = AnswerPiece(bytes, status: status, isLine: worker.source.readsLines)
            let outcome = worker.source.read(piece, of: request.tag, index: request.pieces)
            worker.count(outcome, piece, phase: request.phase)
            request.pieces += 1
            if case .failed = outcome { request.hasFailed = true }
            pending[pending.startIndex] = request
        case .end(_, let closes):
            pending.removeFirst()
            worker.source.finish(request.tag, pieces: request.pieces, isLost: false)
            worker.answered(
                self, phase: request.phase, latency: now - min(now, request.due), hasFailed: request.hasFailed)
            if closes { abandon("connection_closed") }
        }
    }
}
