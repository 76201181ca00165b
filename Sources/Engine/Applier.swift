internal import Journal
internal import Store

#if canImport(Glibc)
    internal import Glibc
#endif

/// The thread that brings LMDB forward, one layer at a time, behind the sequencer.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex` only.
final class Applier: @unchecked Sendable {
    /// A sealed layer and the log state that it leads to.
    struct Job {
        var layer: SealedLayer
        var target: JournalPoint
    }

    private let store: StateStore
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let finished: @Sendable (JournalPoint) -> Void
    private let failed: @Sendable (StoreError) -> Void
    private var job: Job?
    private var done: [SealedLayer] = []
    private var running = false
    private var stopping = false
    private var thread: OSThread?

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - finished: called on the applier's thread after each commit.
    ///   - failed: called once if a commit fails; no job is taken afterwards.
    init(
        store: StateStore, finished: @escaping @Sendable (JournalPoint) -> Void,
        failed: @escaping @Sendable (StoreError) -> Void
    ) {
        self.store = store
        self.finished = finished
        self.failed = failed
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        thread = OSThread("usher-applier") { [self] in run() }
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Whether a job is waiting or being applied.
    var isBusy: Bool { locked { running || job != nil } }

    /// Hands over the next layer.
    ///
    /// - Precondition: not busy; layers are applied one after the other.
    func submit(_ next: Job) {
        locked {
            precondition(job == nil && !running, "the applier takes one layer at a time")
            job = next
            pthread_cond_broadcast(condition)
        }
    }

    /// The layers that LMDB holds now, handed out once.
    func takeFinished() -> [SealedLayer] {
        locked {
            defer { done = [] }
            return done
        }
    }

    /// Waits until nothing is left to do.
    func waitUntilIdle() {
        locked {
            while running || job != nil { pthread_cond_wait(condition, mutex) }
        }
    }

    /// Ends the thread after the job in hand.
    func stop() {
        let thread = locked {
            stopping = true
            pthread_cond_broadcast(condition)
            defer { self.thread = nil }
            return self.thread
        }
        thread?.join()
    }

    private func run() {
        while let next = takeJob() {
            do {
                try store.apply(next.layer, leadingTo: next.target)
                locked {
                    done.append(next.layer)
                    running = false
                    pthread_cond_broadcast(condition)
                }
                finished(next.target)
            } catch {
                locked {
                    running = false
                    stopping = true
                    pthread_cond_broadcast(condition)
                }
                failed(error)
                return
            }
        }
    }

    private func takeJob() -> Job? {
        locked {
            while job == nil, !stopping { pthread_cond_wait(condition, mutex) }
            defer { job = nil }
            running = job != nil
            return job
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
