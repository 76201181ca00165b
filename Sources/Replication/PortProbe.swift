internal import Foundation
internal import NIOCore
internal import NIOPosix

/// Asks a port which protocol it speaks, once something else has failed there.
enum PortProbe {
    /// A protocol that a port can speak.
    enum Speech: Equatable {
        case http
        case https
    }

    /// The longest wait for a connection, and then for its first bytes.
    private static let waitSeconds: Int64 = 3

    /// The protocol of the port; nil when it says nothing that tells.
    static func look(at url: URL) async -> Speech? {
        guard let host = url.host else { return nil }
        let port = url.port ?? (url.scheme == "https" ? 443 : 80)
        // TLS first: some servers answer plain HTTP on a port for TLS, to say that it is one.
        for opening in [clientHello, Array("GET /livez HTTP/1.0\r\n\r\n".utf8)] {
            guard let first = try? await firstBytes(host: host, port: port, opening: opening) else { continue }
            // A record of TLS: a handshake (22) or an alert (21) of version 3.
            if first.starts(with: [22, 3]) || first.starts(with: [21, 3]) { return .https }
            if first.starts(with: "HTTP/".utf8) { return .http }
        }
        return nil
    }

    /// A greeting of TLS 1.2 without extensions: whoever speaks TLS answers it with a handshake or an alert.
    private static let clientHello: [UInt8] =
        [22, 3, 1, 0, 51, 1, 0, 0, 47, 3, 3] + [UInt8](repeating: 0x55, count: 32) + [0]
        + [0, 8, 0xC0, 0x2B, 0xC0, 0x2F, 0, 0x9C, 0, 0x2F] + [1, 0]

    private static func firstBytes(host: String, port: Int, opening: [UInt8]) async throws -> [UInt8] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: [UInt8].self)
        let limit = loop.scheduleTask(in: .seconds(2 * waitSeconds)) { promise.fail(ChannelError.ioOnClosedChannel) }
        defer { limit.cancel() }
        do {
            let channel = try await ClientBootstrap(group: loop).connectTimeout(.seconds(waitSeconds))
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(FirstBytes(promise))
                    }
                }
                .connect(host: host, port: port).get()
            defer { channel.close(promise: nil) }
            channel.writeAndFlush(ByteBuffer(bytes: opening), promise: nil)
            return try await promise.futureResult.get()
        } catch {
            promise.fail(error)
            throw error
        }
    }

    /// Keeps the first bytes that come.
    private final class FirstBytes: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let promise: EventLoopPromise<[UInt8]>

        init(_ promise: EventLoopPromise<[UInt8]>) {
            self.promise = promise
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            promise.succeed(Array(buffer: unwrapInboundIn(data)))
        }

        func channelInactive(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { promise.fail(error) }
    }
}
