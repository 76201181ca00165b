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

    /// - Parameters:
    ///   - channel: The connection.
    ///   - logger: The log.
    ///   - place: The place of a connection beyond the limit, which is answered once; nil for all others.
    /// - Returns: The connection with its handlers, once they are there.
    func setup(
        channel: any Channel, logger: Logger, place: PlaceBeyond?
    ) -> EventLoopFuture<Value> {
        let loops = loops
        return http.setup(channel: channel, logger: logger).flatMapThrowing { value in
            try ClaimChannel.addHandlers(to: channel, loops: loops, place)
            return value
        }
    }

    /// The edge goes next to the socket; the handler goes right behind the HTTP codec.
    private static func addHandlers(
        to channel: any Channel, loops: ClaimLoops, _ place: PlaceBeyond?
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
