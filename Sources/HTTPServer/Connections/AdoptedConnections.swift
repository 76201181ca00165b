import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Connections that have left the fast path: HTTP/1.1 through the router, from the bytes on that they brought along.
final class AdoptedConnections: Sendable {
    private let channels: ClaimChannel
    private let group: MultiThreadedEventLoopGroup
    private let tls: TLSIdentity?
    private let gauge: ConnectionGauge
    private let logger: Logger
    private let arrived: AsyncStream<ClaimChannel.Value>
    private let arrivals: AsyncStream<ClaimChannel.Value>.Continuation
    private let intake = Mutex(Intake())

    /// Connections that are being taken in, and whether they are the last.
    private struct Intake {
        var pending = 0
        var isFinishing = false

        var isOver: Bool { isFinishing && pending == 0 }
    }

    init(
        _ channels: ClaimChannel, on group: MultiThreadedEventLoopGroup, tls: TLSIdentity?, gauge: ConnectionGauge,
        logger: Logger
    ) {
        self.tls = tls
        self.gauge = gauge
        self.channels = channels
        self.group = group
        self.logger = logger
        (arrived, arrivals) = AsyncStream.makeStream(of: ClaimChannel.Value.self)
    }

    /// Serves until ``finish()`` was called and every connection has ended.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            for await connection in arrived {
                tasks.addTask { [channels, logger] in await channels.handle(value: connection, logger: logger) }
            }
        }
    }

    /// Takes no more connections than those that are being taken in.
    func finish() { change { $0.isFinishing = true } }

    private func change(_ body: (inout Intake) -> Void) {
        let isOver = intake.withLock { intake in
            body(&intake)
            return intake.isOver
        }
        if isOver { arrivals.finish() }
    }

    /// Takes a connected socket, which it closes in the end, and what was read from it already.
    func adopt(_ descriptor: Int32, _ input: [UInt8], _ place: PlaceBeyond?) {
        change { $0.pending += 1 }
        // Counted until it counts itself: many may come before the first is taken in.
        gauge.opened()
        ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: true)
            // Nothing is read before what was read already has passed.
            .channelOption(.autoRead, value: false)
            .channelInitializer { [channels, arrivals, tls, logger] channel in
                channels.setup(channel: channel, logger: logger, place: place).flatMapThrowing { value in
                    if let tls { try AdoptedConnections.secure(channel, by: tls) }
                    if case .terminated = arrivals.yield(value) { throw ChannelError.ioOnClosedChannel }
                }
            }
            .withConnectedSocket(descriptor)
            .always { [self] _ in
                gauge.closed()
                change { $0.pending -= 1 }
            }
            .whenSuccess { channel in
                let pipeline = channel.pipeline
                if !input.isEmpty {
                    pipeline.fireChannelRead(ByteBuffer(bytes: input))
                    pipeline.fireChannelReadComplete()
                }
                _ = channel.setOption(.autoRead, value: true)
                // The option reads past the handlers, which have to know that more is wanted.
                channel.read()
            }
    }

    /// Puts TLS between the socket and everything else.
    private static func secure(_ channel: any Channel, by tls: TLSIdentity) throws {
        try channel.pipeline.syncOperations.addHandlers(
            [NIOSSLServerHandler(context: tls.context), TLSEntrance()], position: .first)
    }
}
