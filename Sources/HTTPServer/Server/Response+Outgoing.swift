import API
import HTTPTypes
import HummingbirdCore
import NIOCore

extension Response {
    /// An answer of the operations as Hummingbird sends it.
    init(_ outgoing: OutgoingResponse) {
        let body: ResponseBody
        switch outgoing.body {
        case .bytes(let bytes): body = ResponseBody(byteBuffer: bytes)
        case .stream(let write):
            body = ResponseBody { writer in
                var stream: any AnswerStream = ResponseStream(writer: writer)
                try await write(&stream)
                try await writer.finish(nil)
            }
        }
        self.init(status: outgoing.status, headers: outgoing.headers, body: body)
    }
}
