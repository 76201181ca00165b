import NIOCore
import NIOTLS

/// The first steps of a connection with TLS: ends those that do not come to an agreement in time, or at all.
///
/// Stands behind the handler of TLS and in front of everything else.
final class TLSEntrance: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var limit: Scheduled<Void>?
    private var hasAgreed = false

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        limit = context.eventLoop.scheduleTask(in: .seconds(ConnectionLimits.handshakeSeconds)) {
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { limit?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent {
            hasAgreed = true
            limit?.cancel()
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// Before there is an agreement nobody behind this knows of the connection: it ends without a word.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if hasAgreed { context.fireErrorCaught(error) } else { context.close(promise: nil) }
    }
}
