package import NIOCore

/// Where a streamed answer goes.
package protocol AnswerStream {
    /// Sends the next part, and waits while the client does not take what was sent.
    @concurrent mutating func write(_ part: ByteBuffer) async throws
}
