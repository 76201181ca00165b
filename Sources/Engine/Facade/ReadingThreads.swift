/// Threads for reads that touch the disk, so that no event loop and no cooperative thread waits for a page.
///
/// Short reads have threads that long ones never get, so that none waits behind an export; each takes the next read
/// that waits, so that none waits behind a single slow one while another thread is idle.
final class ReadingThreads: Sendable {
    private let short: any WorkLane
    private let long: any WorkLane

    init(_ threads: any EngineThreads, short: Int, long: Int) {
        self.short = threads.makeLane("usher-reader", threads: short)
        self.long = threads.makeLane("usher-export", threads: long)
    }

    /// Runs `body` on one of the threads.
    func run<Value: Sendable>(
        _ length: ReadLength, _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        let lane = length == .short ? short : long
        return try await withCheckedThrowingContinuation { continuation in
            lane.add { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Runs what waits and ends the threads; what is added later runs on the caller's thread.
    func stop() {
        short.stop()
        long.stop()
    }
}
