import HTTPTypes
import HummingbirdCore
import NIOCore

/// What travels with a request that is no claim.
struct APIContext: Sendable {
    var traceID: TraceID
    /// Where the request comes from.
    let remoteAddress: SocketAddress?

    /// Takes the caller's trace over, if there is one.
    init(_ request: Request, from address: SocketAddress?) {
        remoteAddress = address
        var random = SystemRandomNumberGenerator()
        traceID =
            request.headers[.traceparent].flatMap(TraceID.init(traceparent:)) ?? TraceID(using: &random)
    }
}
