#if canImport(Glibc)
    internal import Glibc
#endif

/// Threads for reads that touch the disk, so that no event loop and no cooperative thread waits for a page.
///
/// Short reads have threads that long ones never get, so that none waits behind an export; each takes the next read
/// that waits, so that none waits behind a single slow one while another thread is idle.
final class ReadingThreads: Sendable {
    private let short: ReadingLane
    private let long: ReadingLane

    init(short: Int, long: Int) {
        self.short = ReadingLane("usher-reader", threads: short)
        self.long = ReadingLane("usher-export", threads: long)
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

/// Some threads and what waits for them, first come, first served.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex` only.
private final class ReadingLane: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    /// What waits; those before `next` are taken.
    private var waiting: [@Sendable () -> Void] = []
    private var next = 0
    private var isStopping = false
    private var threads: [OSThread] = []

    init(_ name: String, threads count: Int) {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        threads = (0..<count).map { _ in OSThread(name) { [self] in work() } }
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func add(_ body: @escaping @Sendable () -> Void) {
        let isTaken = locked {
            guard !isStopping else { return false }
            waiting.append(body)
            pthread_cond_signal(condition)
            return true
        }
        if !isTaken { body() }
    }

    func stop() {
        let threads = locked {
            isStopping = true
            pthread_cond_broadcast(condition)
            defer { self.threads = [] }
            return self.threads
        }
        for thread in threads { thread.join() }
    }

    private func work() {
        while let body = take() { body() }
    }

    private func take() -> (@Sendable () -> Void)? {
        locked {
            while next == waiting.count, !isStopping { pthread_cond_wait(condition, mutex) }
            guard next < waiting.count else { return nil }
            defer {
                next += 1
                if next == waiting.count {
                    waiting.removeAll(keepingCapacity: true)
                    next = 0
                }
            }
            return waiting[next]
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
