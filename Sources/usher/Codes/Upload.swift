import AsyncHTTPClient
import NIOCore

/// A file on its way to a server, in pieces.
struct Upload {
    let chunks: AsyncThrowingStream<ByteBuffer, any Error>
    let length: HTTPClientRequest.Body.Length
    let line = ProgressLine()

    /// Begins the file from its start, where it can be read again.
    ///
    /// A piece is read when the connection asks for it. A file that cannot be read on ends the request with that failure.
    init(_ file: InputFile) throws {
        try file.rewind()
        length = file.byteCount.map { .known(Int64(clamping: $0)) } ?? .unknown
        chunks = AsyncThrowingStream { [line] in
            guard let piece = try file.next() else { return nil }
            line.show(ProgressLine.text("sending", file.readBytes, file.byteCount))
            return ByteBuffer(bytes: piece)
        }
    }
}
