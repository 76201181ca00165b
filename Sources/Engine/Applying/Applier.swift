internal import Journal
internal import Store
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// Brings LMDB forward, one layer at a time, on a lane of its own behind the sequencer.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex` only; `isHurried` is atomic.
final class Applier: @unchecked Sendable {
    /// A sealed layer and the log state that it leads to.
    struct Job {
        var layer: SealedLayer
        var target: JournalPoint
        /// The nanoseconds that it may take; 0 to write without rests.
        var allowedNanoseconds: UInt64 = 0
    }

    private let store: StateStore
    private let clock: any EngineClock
    /// Somebody waits for the layer in hand.
    private let isHurried = Atomic<Bool>(false)
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let finished: @Sendable (JournalPoint) -> Void
    private let foundNoRoom: (@Sendable () -> Void)?
    private let failed: @Sendable (StoreError) -> Void
    private var job: Job?
    /// The layer that the disk had no room for, until it is tried again.
    private var postponed: Job?
    private var done: [SealedLayer] = []
    private var running = false
    private var isBroken = false
    private let lane: any WorkLane

    /// Begins, with nothing to do.
    ///
    /// - Parameters:
    ///   - store: The store that layers are applied to.
    ///   - threads: Makes the lane of the work.
    ///   - clock: The clock that paces layers with time to spare.
    ///   - finished: Called on the lane after each commit.
    ///   - foundNoRoom: Called on the lane when the disk has no room for a layer, which is kept for ``retry()`` then; nil
    ///     where that is a failure like any other.
    ///   - failed: Called once if a commit fails; no job is taken afterwards.
    init(
        store: StateStore, threads: any EngineThreads = SystemThreads(), clock: any EngineClock = SystemClock(),
        finished: @escaping @Sendable (JournalPoint) -> Void,
        foundNoRoom: (@Sendable () -> Void)? = nil,
        failed: @escaping @Sendable (StoreError) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.finished = finished
        self.foundNoRoom = foundNoRoom
        self.failed = failed
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        lane = threads.makeLane("usher-applier", threads: 1)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// True if a job is waiting, being applied, or kept until there is room for it.
    var isBusy: Bool { locked { running || job != nil || postponed != nil } }

    /// True if a layer is kept until there is room for it.
    var lacksRoom: Bool { locked { postponed != nil } }

    /// Hands over the next layer.
    ///
    /// - Precondition: not busy; layers are applied one after the other.
    func submit(_ next: Job) {
        locked {
            precondition(job == nil && !running && postponed == nil, "the applier takes one layer at a time")
            job = next
            isHurried.store(false, ordering: .relaxed)
        }
        lane.add { [self] in work() }
    }

    /// Tries the layer again that found no room.
    ///
    /// - Precondition: ``lacksRoom``.
    func retry() {
        locked {
            precondition(postponed != nil, "only a layer that found no room is tried again")
            job = postponed
            postponed = nil
        }
        lane.add { [self] in work() }
    }

    /// The layers that LMDB holds now, handed out once.
    func takeFinished() -> [SealedLayer] {
        locked {
            defer { done = [] }
            return done
        }
    }

    /// Lets the layer in hand be finished without further rests.
    func hurry() { isHurried.store(true, ordering: .relaxed) }

    /// Waits until nothing is left to do, but for a layer that there is no room for.
    func waitUntilIdle() {
        hurry()
        lane.runWaiting()
        locked {
            while running || job != nil { pthread_cond_wait(condition, mutex) }
        }
    }

    /// Ends the lane after the job in hand.
    func stop() { lane.stop() }

    /// Does the job that waits; after a failure none.
    private func work() {
        guard let next = takeJob() else { return }
        do {
            try apply(next)
            locked {
                done.append(next.layer)
                running = false
                pthread_cond_broadcast(condition)
            }
            finished(next.target)
        } catch  where error.code == .noSpace && foundNoRoom != nil {
            locked {
                running = false
                postponed = next
                pthread_cond_broadcast(condition)
            }
            foundNoRoom?()
        } catch {
            locked {
                running = false
                isBroken = true
                pthread_cond_broadcast(condition)
            }
            failed(error)
        }
    }

    private func apply(_ next: Job) throws(StoreError) {
        let pace = ApplierPace(clock, allowedNanoseconds: next.allowedNanoseconds)
        try store.apply(next.layer, leadingTo: next.target) { written, total in
            if !isHurried.load(ordering: .relaxed) { pace.rest(done: written, of: total) }
        }
    }

    private func takeJob() -> Job? {
        locked {
            defer { job = nil }
            running = job != nil && !isBroken
            if job != nil, isBroken { pthread_cond_broadcast(condition) }
            return isBroken ? nil : job
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
