internal import Dispatch
internal import Synchronization

/// Threads for reads that touch the disk, so that no event loop and no cooperative thread waits for a page.
final class ReadingThreads: Sendable {
    private let queues: [DispatchQueue]
    private let next = Atomic<Int>(0)

    init(count: Int) {
        queues = (0..<count).map { DispatchQueue(label: "usher.reader.\($0)") }
    }

    /// Runs `body` on one of the threads.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        return try await withCheckedThrowingContinuation { continuation in
            queues[Int(UInt(bitPattern: turn) % UInt(queues.count))].async {
                continuation.resume(with: Result { try body() })
            }
        }
    }

    /// Waits for the reads under way.
    func stop() {
        for queue in queues { queue.sync {} }
    }
}
