import API
import HummingbirdCore
import NIOCore

/// A streamed answer on its way to Hummingbird.
struct ResponseStream: AnswerStream {
    var writer: any ResponseBodyWriter

    @concurrent
    mutating func write(_ part: ByteBuffer) async throws { try await writer.write(part) }
}
