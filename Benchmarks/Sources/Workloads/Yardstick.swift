import Hummingbird
import Logging
import NIOCore
import NIOPosix

/// Servers that answer a constant, as processes of their own.
public enum Yardstick {
    /// Serves with bare SwiftNIO on a port of the system's choice until the task is cancelled.
    public static func serveBare(loops: Int, started: (Int) -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let server = try await BareServer(on: group, body: HTTPWorkload.constant)
        started(server.port)
        try await server.closed()
        try await group.shutdownGracefully()
    }

    /// Serves with Hummingbird: the claim's route, its body read, the constant as JSON.
    public static func serveHummingbird(loops: Int, started: @escaping @Sendable (Int) -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
        let router = Router()
        router.post("api/invitations/redeem") { request, _ in
            _ = try await request.body.collect(upTo: 65_536)
            return Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: HTTPWorkload.constant)))
        }
        var logger = Logger(label: "yardstick")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in started(channel.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(group), logger: logger)
        try await application.run()
        try await group.shutdownGracefully()
    }
}
