import HummingbirdCore
import Logging
import NIOCore
import NIOPosix

/// Connections that have left the fast path: HTTP/1.1 through the router, from the bytes on that they brought along.
final class AdoptedConnections: Sendable {
    private let channels: ClaimChannel
    private let group: MultiThreadedEventLoopGroup
    private let logger: Logger
    private let arrived: AsyncStream<ClaimChannel.Value>
    private let arrivals: AsyncStream<ClaimChannel.Value>.Continuation

    init(_ channels: ClaimChannel, on group: MultiThreadedEventLoopGroup, logger: Logger) {
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

    /// Takes no more connections.
    func finish() { arrivals.finish() }

    /// Takes a connected socket, which it closes in the end, and what was read from it already.
    func adopt(_ descriptor: Int32, _ input: [UInt8]) {
        ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: true)
            // Nothing is read before what was read already has passed.
            .channelOption(.autoRead, value: false)
            .channelInitializer { [channels, arrivals, logger] channel in
                channels.setup(channel: channel, logger: logger).flatMapThrowing { value in
                    if case .terminated = arrivals.yield(value) { throw ChannelError.ioOnClosedChannel }
                }
            }
            .withConnectedSocket(descriptor)
            .whenSuccess { channel in
                let pipeline = channel.pipeline
                pipeline.fireChannelRead(ByteBuffer(bytes: input))
                pipeline.fireChannelReadComplete()
                _ = channel.setOption(.autoRead, value: true)
            }
    }
}
