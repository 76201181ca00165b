import AsyncHTTPClient
import Foundation
import NIOCore

/// A file on its way to a server, in pieces.
struct Upload {
    let chunks: AsyncStream<ByteBuffer>
    let length: HTTPClientRequest.Body.Length
    let line = ProgressLine()

    private static let chunkBytes = 64 << 10

    init(_ path: String) throws {
        let handle: FileHandle
        var total: UInt64?
        if path == "-" {
            handle = .standardInput
            length = .unknown
        } else {
            guard let opened = FileHandle(forReadingAtPath: path) else {
                throw CommandFailure("\(path) cannot be read.")
            }
            handle = opened
            let size = try opened.seekToEnd()
            try opened.seek(toOffset: 0)
            total = size
            length = .known(Int64(size))
        }
        let reader = Reader(handle: handle, total: total, line: line)
        chunks = AsyncStream { reader.next() }
    }

    /// Reads when the connection asks for more, one call at a time.
    ///
    /// `@unchecked Sendable` is right because the stream asks for one piece after the other, and the command looks at
    /// the progress line only when the answer is there.
    private final class Reader: @unchecked Sendable {
        private let handle: FileHandle
        private let total: UInt64?
        private let line: ProgressLine
        private var done: UInt64 = 0

        init(handle: FileHandle, total: UInt64?, line: ProgressLine) {
            self.handle = handle
            self.total = total
            self.line = line
        }

        func next() -> ByteBuffer? {
            guard let data = try? handle.read(upToCount: Upload.chunkBytes), !data.isEmpty else { return nil }
            done += UInt64(data.count)
            line.show(ProgressLine.text("sending", done, total))
            return ByteBuffer(bytes: data)
        }
    }
}
