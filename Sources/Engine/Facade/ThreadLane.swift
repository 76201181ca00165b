internal import DequeModule

#if canImport(Glibc)
    internal import Glibc
#endif

/// Some threads and what waits for them, first come, first served.
///
/// Tasks that prefer it run here between their waits, and never on the threads that all other tasks share.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex` only.
package final class ThreadLane: WorkLane, @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var waiting: Deque<@Sendable () -> Void> = []
    private var isStopping = false
    private var threads: [OSThread] = []

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - name: The name that `top -H` shows; the system keeps the first 15 bytes.
    ///   - count: The number of threads.
    package init(_ name: String, threads count: Int) {
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

    /// Runs `body` on one of the threads, or on the caller's when they have ended.
    package func add(_ body: @escaping @Sendable () -> Void) {
        let isTaken = locked {
            guard !isStopping else { return false }
            waiting.append(body)
            pthread_cond_signal(condition)
            return true
        }
        if !isTaken { body() }
    }

    /// Does nothing: the threads do it.
    package func runWaiting() {}

    /// Runs the part of a task up to its next wait on one of the threads.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// Runs what waits and ends the threads.
    package func stop() {
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
            while waiting.isEmpty, !isStopping { pthread_cond_wait(condition, mutex) }
            return waiting.popFirst()
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
