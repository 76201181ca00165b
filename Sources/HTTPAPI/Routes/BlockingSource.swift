import Dispatch
import HummingbirdCore
import NIOCore
import NIOPosix
import Synchronization

/// Carries bytes from code that blocks to a response body, with a bounded number of chunks between the two.
enum BlockingSource {
    private static let chunkBytes = 256 << 10
    private static let chunksMax = 8

    /// The reader went away; the source stops at its next write.
    private struct ReaderGone: Error {}

    /// What both sides share.
    private final class Bridge: Sendable {
        /// Counts chunks that may still be made before one is sent.
        let credit = DispatchSemaphore(value: chunksMax)
        let isCancelled = Atomic<Bool>(false)

        func cancel() {
            isCancelled.store(true, ordering: .releasing)
            credit.signal()
        }
    }

    /// Runs `source` on a thread that may block and writes what it hands to its sink, in order.
    @concurrent
    static func stream(
        to writer: inout any ResponseBodyWriter,
        _ source: @escaping @Sendable ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) async throws {
        let bridge = Bridge()
        defer { bridge.cancel() }
        let (chunks, continuation) = AsyncThrowingStream.makeStream(of: ByteBuffer.self)
        NIOThreadPool.singleton.submit { state in
            guard state == .active else { return continuation.finish(throwing: ReaderGone()) }
            do {
                var pending = ByteBuffer()
                func send() throws {
                    bridge.credit.wait()
                    if bridge.isCancelled.load(ordering: .acquiring) { throw ReaderGone() }
                    continuation.yield(pending)
                    pending = ByteBuffer()
                }
                try source { bytes in
                    pending.writeBytes(bytes)
                    if pending.readableBytes >= chunkBytes { try send() }
                }
                if pending.readableBytes > 0 { try send() }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        for try await chunk in chunks {
            try await writer.write(chunk)
            bridge.credit.signal()
        }
    }
}
