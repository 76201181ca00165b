import NIOCore
import NIOPosix

/// A server that answers the first bytes of every connection with always the same ones, whatever it was asked.
final class FixedAnswerServer: Sendable {
    private let channel: any Channel

    /// Listens on a free port; without an answer it stays silent and keeps the connection.
    static func start(answer: [UInt8]?) async throws -> FixedAnswerServer {
        let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Answering(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FixedAnswerServer(channel)
    }

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Host and port.
    var place: String { "127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    func stop() async throws { try await channel.close() }

    private final class Answering: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: [UInt8]?

        init(_ answer: [UInt8]?) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard let answer else { return }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
            context.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
