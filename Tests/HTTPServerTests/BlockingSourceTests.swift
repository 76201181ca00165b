import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import API
@testable import HTTPServer

/// A source that blocks and a reader that takes its time may each end at any chunk.
@Suite struct `A blocking source` {
    private struct Cut: Error {}

    /// Reads so many chunks, then is gone.
    private struct Reader: AnswerStream {
        let bytes: Count
        var chunksLeft: Int
        /// Before the first chunk.
        var pauseMilliseconds = 0

        mutating func write(_ buffer: ByteBuffer) async throws {
            guard chunksLeft > 0 else { throw Cut() }
            chunksLeft -= 1
            if pauseMilliseconds > 0 { try await Task.sleep(for: .milliseconds(pauseMilliseconds)) }
            pauseMilliseconds = 0
            bytes.add(buffer.readableBytes)
        }
    }

    /// A count that a reader shares with its test.
    private final class Count: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add(_ more: Int) { count.withLock { $0 += more } }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `ends when either side ends, at whatever chunk, and its thread is free`(seed: UInt64) async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        var random = SeededGenerator(seed: seed)
        let piece = [UInt8](repeating: 7, count: 100_000)
        for _ in 0..<500 {
            let pieces = Int(random.next() % 60)
            let readerEnds = Int(random.next() % 30)
            let sourceEnds = random.next() % 3 == 0 ? Int(random.next() % 60) : .max
            let (bytes, running) = (Count(), Count())
            var writer: any AnswerStream = Reader(bytes: bytes, chunksLeft: readerEnds)
            let result: Result<Void, any Error>
            do {
                try await BlockingSource.stream(to: &writer, on: threads, timeoutSeconds: 30) { sink in
                    running.add(1)
                    defer { running.add(-1) }
                    for number in 0..<pieces {
                        if number == sourceEnds { throw Cut() }
                        try piece.withUnsafeBytes { try sink($0) }
                    }
                }
                result = .success(())
            } catch {
                result = .failure(error)
            }
            #expect(running.value == 0, "the source has ended before the stream does")
            if case .success = result {
                #expect(bytes.value == pieces * piece.count)
            } else {
                #expect(bytes.value < pieces * piece.count || sourceEnds < pieces)
            }
        }
        try await threads.shutdownGracefully()
    }

    @Test func `W13: does not wait for a reader that takes nothing`() async throws {
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        var writer: any AnswerStream = Reader(bytes: Count(), chunksLeft: 100, pauseMilliseconds: 2000)
        let piece = [UInt8](repeating: 7, count: 300_000)
        await #expect(throws: BlockingSource.Stop.readerTooSlow) {
            try await BlockingSource.stream(to: &writer, on: threads, timeoutSeconds: 1) { sink in
                for _ in 0..<20 { try piece.withUnsafeBytes { try sink($0) } }
            }
        }
        try await threads.shutdownGracefully()
    }

    @Test func `has a bounded number of places, and never keeps the feed from its threads`() async throws {
        let threads = ServerThreads()
        let operations = threads.operations
        var places = (0..<SnapshotPlaces.countMax).map { _ in operations.snapshotPlaces.enter() }
        #expect(places.allSatisfy { $0 != nil } && operations.snapshotPlaces.enter() == nil)
        let isOver = Count()
        async let blocked: Void = withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<SnapshotPlaces.countMax {
                group.addTask {
                    try await operations.snapshots.run { while isOver.value == 0 { _ = isOver.value } }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await operations.feed.run { 42 } == 42)
        isOver.add(1)
        try await blocked
        places.removeLast()
        #expect(operations.snapshotPlaces.enter() != nil, "a place is given back with what held it")
        places.removeAll()
        try await threads.stop()
    }
}
