import NIOConcurrencyHelpers
import NIOCore
import Wire

/// Carries bytes from code that blocks to a response body, with a bounded number of chunks between the two.
///
/// Either side may end at any byte. When the reader goes away, the source's next hand-over throws, even while it waits
/// for room; when the source throws, so does the stream.
enum BlockingSource {
    private static let chunkBytes = 256 << 10
    private static let chunksMax = 8

    /// A reason why a source must stop before its end.
    enum Stop: Error {
        /// The reader went away.
        case readerGone
        /// The reader took no chunk for too long.
        case readerTooSlow
    }

    /// Counts the chunks that were made and are not sent.
    ///
    /// `@unchecked Sendable`: ``chunks`` and ``isCancelled`` are read and written under `room` only.
    private final class Credit: @unchecked Sendable {
        /// True while another chunk may be made, or nothing is to be waited for any more.
        private let room = ConditionLock(value: true)
        private var chunks = 0
        private var isCancelled = false

        /// Waits until another chunk may be made, and counts it.
        func take(timeoutSeconds: Int) throws(Stop) {
            guard room.lock(whenValue: true, timeoutSeconds: Double(timeoutSeconds)) else { throw .readerTooSlow }
            guard !isCancelled else {
                room.unlock()
                throw .readerGone
            }
            chunks += 1
            room.unlock(withValue: chunks < chunksMax)
        }

        /// Counts a chunk that was sent.
        func giveBack() {
            room.lock()
            chunks -= 1
            room.unlock(withValue: chunks < chunksMax || isCancelled)
        }

        /// Lets the source stop.
        func cancel() {
            room.lock()
            isCancelled = true
            room.unlock(withValue: true)
        }
    }

    /// Runs `source` on a thread of `threads` and writes what it hands to its sink, in order.
    ///
    /// When it returns or throws, the source has ended and its thread is free.
    ///
    /// - Parameters:
    ///   - writer: The stream of the answer.
    ///   - threads: The threads that run the source.
    ///   - timeoutSeconds: The longest time that the source waits for the reader to take a chunk.
    ///   - source: Blocks, and gives its bytes to the sink that it is called with.
    /// - Throws: The error of `source` or of `writer`, or ``Stop``.
    @concurrent
    static func stream(
        to writer: inout any AnswerStream, on threads: any BlockingThreads, timeoutSeconds: Int,
        _ source: @escaping @Sendable ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) async throws {
        let credit = Credit()
        let (chunks, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        async let ended: Void = threads.run {
            defer { continuation.finish() }
            var pending = ByteBuffer()
            func send() throws(Stop) {
                try credit.take(timeoutSeconds: timeoutSeconds)
                continuation.yield(pending)
                pending = ByteBuffer()
            }
            try source { bytes in
                pending.writeBytes(bytes)
                if pending.readableBytes >= chunkBytes { try send() }
            }
            if pending.readableBytes > 0 { try send() }
        }
        do {
            for await chunk in chunks {
                try await writer.write(chunk)
                credit.giveBack()
            }
        } catch {
            credit.cancel()
            _ = try? await ended
            throw error
        }
        // A task that was cancelled reads no chunks either.
        credit.cancel()
        try await ended
    }
}
