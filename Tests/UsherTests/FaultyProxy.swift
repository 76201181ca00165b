import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A bad line between two nodes: it delays what passes and breaks connections in the middle of a piece.
final class FaultyProxy: Sendable {
    /// Where it listens.
    let port: Int
    private let channel: any Channel
    private let random: Mutex<SeededGenerator>
    private let cutPerThousand = Atomic<Int>(0)
    private let delayMillisecondsMax = Atomic<Int>(0)
    /// The pieces of answers that still pass before one is lost with its connection; -1 for none to be lost.
    private let piecesToPass = Atomic<Int>(-1)

    /// Listens on a free port and passes everything on to a port of this machine.
    static func start(to port: Int, seed: UInt64) async throws -> FaultyProxy {
        let box = Box()
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { inbound in
                guard let proxy = box.proxy.withLock({ $0 }) else {
                    return inbound.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return ClientBootstrap(group: inbound.eventLoop).channelOption(.autoRead, value: false)
                    .connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { outbound in
                        let (left, right) = (Glue(proxy), Glue(proxy, isAnswer: true))
                        try inbound.pipeline.syncOperations.addHandler(left)
                        try outbound.pipeline.syncOperations.addHandler(right)
                        left.peer = right
                        right.peer = left
                        inbound.setOption(.autoRead, value: true).whenFailure { _ in }
                        outbound.setOption(.autoRead, value: true).whenFailure { _ in }
                    }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let proxy = FaultyProxy(channel, seed: seed)
        box.proxy.withLock { $0 = proxy }
        return proxy
    }

    private final class Box: Sendable {
        let proxy = Mutex<FaultyProxy?>(nil)
    }

    private init(_ channel: any Channel, seed: UInt64) {
        self.channel = channel
        port = channel.localAddress?.port ?? 0
        random = Mutex(SeededGenerator(seed: seed))
    }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Makes the line as bad as that from now on.
    func set(cutPerThousand cut: Int, delayMillisecondsMax delay: Int) {
        cutPerThousand.store(cut, ordering: .relaxed)
        delayMillisecondsMax.store(delay, ordering: .relaxed)
    }

    /// Loses the connection once so many pieces of answers have passed; the requests have all passed then.
    func loseAnswer(afterPieces count: Int) { piecesToPass.store(count, ordering: .relaxed) }

    /// True for the piece of an answer that is to be lost.
    fileprivate func losesAnswer() -> Bool {
        guard piecesToPass.load(ordering: .relaxed) >= 0 else { return false }
        return piecesToPass.subtract(1, ordering: .relaxed).oldValue == 0
    }

    func stop() async throws { try await channel.close() }

    /// Chooses the fate of the next piece.
    fileprivate func fate() -> (isCut: Bool, delay: Int) {
        random.withLock { random in
            let isCut = Int(random.next() % 1000) < cutPerThousand.load(ordering: .relaxed)
            return (isCut, Int(random.next() % UInt64(1 + delayMillisecondsMax.load(ordering: .relaxed))))
        }
    }

    /// One direction of a connection; both live on one event loop.
    private final class Glue: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        let proxy: FaultyProxy
        var peer: Glue?
        private var context: ChannelHandlerContext?
        private var free = NIODeadline.uptimeNanoseconds(0)

        /// True for what the server sends.
        private let isAnswer: Bool

        init(_ proxy: FaultyProxy, isAnswer: Bool = false) {
            self.proxy = proxy
            self.isAnswer = isAnswer
        }

        func handlerAdded(context: ChannelHandlerContext) { self.context = context }

        func handlerRemoved(context: ChannelHandlerContext) {
            self.context = nil
            peer = nil
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if isAnswer, proxy.losesAnswer() {
                peer?.context?.close(promise: nil)
                return context.close(promise: nil)
            }
            var bytes = unwrapInboundIn(data)
            let (isCut, delay) = proxy.fate()
            if isCut { bytes.moveWriterIndex(to: bytes.readerIndex + bytes.readableBytes / 2) }
            // In order: a late piece holds up those behind it.
            free = max(free, .now() + .milliseconds(Int64(delay)))
            let bound = NIOLoopBound((peer, self), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(deadline: free) { [bytes] in
                let (peer, own) = bound.value
                peer?.context?.writeAndFlush(peer?.wrapOutboundOut(bytes) ?? NIOAny(bytes), promise: nil)
                guard isCut else { return }
                peer?.context?.close(promise: nil)
                own.context?.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            peer?.context?.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
