package import HTTPTypes
import NIOCore

/// An answer as HTTP: status, fields and body.
package struct OutgoingResponse: Sendable {
    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var body: Answer.Body

    init(_ status: HTTPResponse.Status, _ headers: HTTPFields, _ body: Answer.Body = .bytes(ByteBuffer())) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
