package import HTTPTypes
package import NIOCore
package import Wire

/// A request as the operations see it: its head, and a body that is read when it is wanted.
package struct IncomingRequest: Sendable {
    /// The parts of a body, in their order; reading them throws where the body breaks off.
    package typealias Body = any AsyncSequence<ByteBuffer, any Error> & Sendable

    package var method: HTTPRequest.Method
    /// What the request line asks for, as it was sent.
    package var target: String
    package var headers: HTTPFields
    package var body: Body
    /// Where the request comes from.
    package var client: ClientNetwork?
    /// The caller's trace, or a fresh one.
    package let traceID: TraceID

    package init(
        method: HTTPRequest.Method, target: String, headers: HTTPFields, body: Body, client: ClientNetwork?
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.client = client
        var random = SystemRandomNumberGenerator()
        traceID = headers[.traceparent].flatMap(TraceID.init(traceparent:)) ?? TraceID(using: &random)
    }
}
