import NIOCore
import NIOPosix

/// One connection through a ``Link``: both directions, on one event loop.
///
/// `@unchecked Sendable`: every member is used on `loop` alone; the methods for others hop there first.
final class LinkPipe: @unchecked Sendable {
    private let link: Link
    private let inbound: any Channel
    private var outbound: (any Channel)?
    private var isOpening = false
    /// The pieces that wait to be passed on, in order, with the instant at which each is due.
    private var forward = Queue()
    private var backward = Queue()
    private var isFirstPiece = true

    private struct Queue {
        var pieces: [(bytes: ByteBuffer, due: NIODeadline)] = []
        var isEnded = false

        var isDone: Bool { isEnded && pieces.isEmpty }

        mutating func takeDue() -> [ByteBuffer] {
            let now = NIODeadline.now()
            let count = pieces.firstIndex { $0.due > now } ?? pieces.count
            defer { pieces.removeFirst(count) }
            return pieces.prefix(count).map(\.bytes)
        }
    }

    private enum Direction { case forward, backward }

    /// The bytes held back above which nothing more is read: the sender then sees a full window, as on a real line.
    private static let heldBytesMax = 4 << 20

    private init(_ inbound: any Channel, of link: Link) {
        self.inbound = inbound
        self.link = link
    }

    /// Begins with a connection that was accepted.
    static func accept(_ inbound: any Channel, of link: Link) throws {
        let pipe = LinkPipe(inbound, of: link)
        try inbound.pipeline.syncOperations.addHandler(Tap(pipe, .forward))
        link.enter(pipe)
    }

    /// Continues after a hold.
    func resume() { inbound.eventLoop.execute { self.advance() } }

    /// Closes both sides.
    func cut() {
        inbound.eventLoop.execute {
            self.link.leave(self)
            self.inbound.close(promise: nil)
            self.outbound?.close(promise: nil)
        }
    }

    // MARK: On the loop

    private func take(_ bytes: ByteBuffer, _ direction: Direction) {
        if direction == .forward, isFirstPiece {
            isFirstPiece = false
            link.remember(request: bytes)
        }
        let (isCut, delay) = link.fate()
        if isCut { return cut() }
        var due = NIODeadline.now() + .milliseconds(Int64(delay))
        switch direction {
        case .forward:
            // In order: a late piece holds up those behind it.
            if let last = forward.pieces.last { due = max(due, last.due) }
            forward.pieces.append((bytes, due))
        case .backward:
            if let last = backward.pieces.last { due = max(due, last.due) }
            backward.pieces.append((bytes, due))
        }
        if delay > 0 {
            inbound.eventLoop.scheduleTask(deadline: due) { self.advance() }
        } else {
            advance()
        }
    }

    private func ended(_ direction: Direction) {
        if direction == .forward { forward.isEnded = true } else { backward.isEnded = true }
        advance()
    }

    private func advance() {
        guard !link.isHeld else { return }
        guard let outbound else {
            if forward.isEnded && forward.pieces.isEmpty { return link.leave(self) }
            return open()
        }
        // Taken out before anything is written: writing can end a side, which comes back here.
        let (forwardPieces, backwardPieces) = (forward.takeDue(), backward.takeDue())
        for bytes in forwardPieces { outbound.writeAndFlush(bytes, promise: nil) }
        for bytes in backwardPieces { inbound.writeAndFlush(bytes, promise: nil) }
        if forward.isDone { outbound.close(promise: nil) }
        if backward.isDone { inbound.close(promise: nil) }
        if !inbound.isActive && !outbound.isActive { link.leave(self) }
    }

    /// Connects to the target once there is something to say.
    private func open() {
        guard !isOpening else { return }
        isOpening = true
        ClientBootstrap(group: inbound.eventLoop).channelOption(.autoRead, value: false)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Tap(self, .backward))
                }
            }
            .connect(host: "127.0.0.1", port: link.target)
            .whenComplete { result in
                guard case .success(let channel) = result else { return self.cut() }
                self.outbound = channel
                self.advance()
            }
    }

    private var heldBytes: Int {
        (forward.pieces + backward.pieces).reduce(0) { $0 + $1.bytes.readableBytes }
    }

    /// Reads one side, a piece at a time.
    private final class Tap: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let pipe: LinkPipe
        private let direction: Direction

        init(_ pipe: LinkPipe, _ direction: Direction) {
            self.pipe = pipe
            self.direction = direction
        }

        func channelActive(context: ChannelHandlerContext) {
            context.read()
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { pipe.take(unwrapInboundIn(data), direction) }

        func channelReadComplete(context: ChannelHandlerContext) { readOn(context) }

        private func readOn(_ context: ChannelHandlerContext) {
            if pipe.heldBytes < LinkPipe.heldBytesMax { return context.read() }
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(50)) {
                let (tap, context) = bound.value
                tap.readOn(context)
            }
        }

        func channelInactive(context: ChannelHandlerContext) { pipe.ended(direction) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
