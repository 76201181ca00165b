import NIOCore

/// The end of the pipeline that is nearest to the socket: lets formatted answers out past the HTTP encoder, and sees
/// the first byte of a request before the decoder has a whole head.
final class ConnectionEdge: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = IOData

    /// Called for every read.
    var bytesArrived: () -> Void = {}

    private var context: ChannelHandlerContext?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        bytesArrived = {}
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        bytesArrived()
        context.fireChannelRead(data)
    }

    /// Writes bytes as they are.
    func write(_ buffer: ByteBuffer) {
        context?.write(wrapOutboundOut(.byteBuffer(buffer)), promise: nil)
    }

    /// Sends what was written.
    func flush() {
        context?.flush()
    }
}
