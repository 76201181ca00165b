import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// A connection: HTTP/1.1 as Hummingbird sets it up, with the claim routes answered in front of its router.
struct ClaimChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let http: HTTP1Channel
    private let loops: ClaimLoops

    init(responder: @escaping HTTPChannelHandler.Responder, loops: ClaimLoops) {
        let limit = ConnectionLimits.headerBytesMax
        http = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limit, maxHeaderListSize: limit, maxHeaderFieldCount: 200)))
        self.loops = loops
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        setup(channel: channel, logger: logger, place: nil)
    }

    /// - Parameter place: set where the connection is beyond the limit: it is answered once.
    func setup(
        channel: any Channel, logger: Logger, place: ConnectionGauge.PlaceBeyond?
    ) -> EventLoopFuture<Value> {
        let loops = loops
        return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            try ClaimChannel.addHandlers(to: channel, loops: loops, place)
            return value
        }
    }

    /// The edge goes next to the socket; the handler goes right behind the HTTP codec.
    private static func addHandlers(
        to channel: any Channel, loops: ClaimLoops, _ place: ConnectionGauge.PlaceBeyond?
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        let edge = ConnectionEdge()
        let handler = ClaimConnectionHandler(loop: loops.loop(for: channel.eventLoop), edge: edge, placeBeyond: place)
        let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
        try pipeline.addHandler(edge, position: .first)
        try pipeline.addHandler(handler, position: .after(decoder))
    }

    func handle(value: Value, logger: Logger) async {
        await http.handle(value: value, logger: logger)
    }
}

/// The claim loops of a server, one for each event loop.
final class ClaimLoops: Sendable {
    private let loops: [ObjectIdentifier: NIOLoopBound<ClaimLoop>]

    /// Makes one on every event loop of the group.
    init(group: any EventLoopGroup, services: ClaimLoop.Services) async throws {
        var loops: [ObjectIdentifier: NIOLoopBound<ClaimLoop>] = [:]
        for eventLoop in group.makeIterator() {
            loops[ObjectIdentifier(eventLoop)] = try await eventLoop.submit {
                let loop = ClaimLoop(eventLoop: eventLoop, services: services)
                loop.start()
                return NIOLoopBound(loop, eventLoop: eventLoop)
            }.get()
        }
        self.loops = loops
    }

    /// The claim loop of an event loop.
    ///
    /// - Precondition: called on that event loop, which belongs to the group.
    func loop(for eventLoop: any EventLoop) -> ClaimLoop {
        guard let loop = loops[ObjectIdentifier(eventLoop)] else {
            preconditionFailure("a connection belongs to an event loop of the server's group")
        }
        return loop.value
    }

    /// Tells every loop that the server drains.
    func drain() {
        for loop in loops.values { loop.execute { $0.drain() } }
    }

    /// Ends the loops' watch over deadlines.
    func stop() {
        for loop in loops.values { loop.execute { $0.stop() } }
    }
}
