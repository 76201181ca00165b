package import HTTPTypes
package import NIOCore
package import Wire

/// A request as the operations see it: its head, and a body that is read when it is wanted.
package struct IncomingRequest: Sendable {
    /// The parts of a body, in their order; reading them throws where the body breaks off.
    package typealias Body = any AsyncSequence<ByteBuffer, any Error> & Sendable

    package var method: HTTPRequest.Method
    /// The target of the request line, as it was sent.
    package var target: String
    package var headers: HTTPFields
    package var body: Body
    /// The network of the client.
    package var client: ClientNetwork?
    /// Tells if the connection is open; one whose client has only ended its sending side is.
    private let isConnected: @Sendable () -> Bool
    /// The caller's trace, or a fresh one.
    package let traceID: TraceID

    package init(
        method: HTTPRequest.Method, target: String, headers: HTTPFields, body: Body, client: ClientNetwork?,
        isConnected: @escaping @Sendable () -> Bool = { true }
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.client = client
        self.isConnected = isConnected
        var random = SystemRandomNumberGenerator()
        traceID = headers[.traceparent].flatMap(TraceID.init(traceparent:)) ?? TraceID(using: &random)
    }

    /// Ends a request whose client is gone.
    ///
    /// Call it before a decision and before long work.
    ///
    /// - Throws: 503 `timed_out`, which nobody reads.
    func checkClient() throws(Problem) {
        if !isConnected() { throw .notAnswered(mayHaveChanged: false) }
    }
}
