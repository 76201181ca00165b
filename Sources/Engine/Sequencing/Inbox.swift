internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// What waits for the sequencer: bounded, many writers, one reader who takes everything at once.
///
/// A writer takes one lock and wakes the reader only when it sleeps.
///
/// `@unchecked Sendable`: every stored variable is read and written under `mutex` only.
final class Inbox: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let capacity: Int
    private var waiting: [Work] = []
    /// Work on the node itself: taken before and beside what waits.
    private var control: [any ControlWork] = []
    /// Commands in ``waiting``.
    private var commandCount = 0
    private var sleeping = false
    private var nudged = false
    private var closed = false

    init(capacity: Int) {
        self.capacity = capacity
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        waiting.reserveCapacity(1024)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// How many commands wait.
    var depth: Int { locked { commandCount } }

    /// Takes claims in order; returns how many fitted, or nil when the inbox is closed.
    func put(_ submissions: [ClaimSubmission], mailbox: Mailbox) -> Int? {
        locked {
            guard !closed else { return nil }
            let accepted = min(submissions.count, max(0, capacity - commandCount))
            guard accepted > 0 else { return 0 }
            waiting.append(.claims(submissions.prefix(accepted), mailbox))
            commandCount += accepted
            wakeIfNeeded(true)
            return accepted
        }
    }

    /// What became of a general command that was offered.
    enum Offer {
        case accepted, full, closed
    }

    /// Takes one general command.
    func put(_ work: any GeneralWork) -> Offer {
        locked {
            guard !closed else { return .closed }
            guard commandCount < capacity else { return .full }
            waiting.append(.general(work))
            commandCount += 1
            wakeIfNeeded(true)
            return .accepted
        }
    }

    /// Takes control work, however full it is: a new primary's word must not wait for an overload to end.
    func put(_ work: any ControlWork) -> Offer {
        locked {
            guard !closed else { return .closed }
            control.append(work)
            wakeIfNeeded(true)
            return .accepted
        }
    }

    /// Lets the reader look around although nothing new waits.
    func nudge() {
        locked {
            nudged = true
            wakeIfNeeded(true)
        }
    }

    /// Takes nothing more; what waits is still handed out.
    func close() {
        locked {
            closed = true
            wakeIfNeeded(true)
        }
    }

    /// Swaps all commands that wait into `taken`, which is emptied before.
    ///
    /// Returns at once when there is control work, which ``takeControl(timeoutNanoseconds:)`` hands out.
    ///
    /// - Parameter timeoutNanoseconds: the longest sleep when nothing waits; nil sleeps until something does.
    /// - Returns: false when the inbox is closed and empty.
    func take(into taken: inout [Work], timeoutNanoseconds: UInt64?) -> Bool {
        taken.removeAll(keepingCapacity: true)
        return locked {
            if waiting.isEmpty, control.isEmpty, !nudged, !closed { sleep(timeoutNanoseconds) }
            nudged = false
            swap(&waiting, &taken)
            commandCount = 0
            return !(closed && taken.isEmpty && control.isEmpty)
        }
    }

    /// Takes the control work that waits, and no command.
    ///
    /// - Parameter timeoutNanoseconds: the longest sleep when there is none; a nudge ends it as well.
    func takeControl(timeoutNanoseconds: UInt64) -> [any ControlWork] {
        locked {
            if timeoutNanoseconds > 0 {
                if control.isEmpty, !nudged { sleep(timeoutNanoseconds) }
                nudged = false
            }
            defer { control = [] }
            return control
        }
    }

    private func sleep(_ timeoutNanoseconds: UInt64?) {
        guard timeoutNanoseconds != 0 else { return }
        sleeping = true
        defer { sleeping = false }
        guard let timeoutNanoseconds else {
            pthread_cond_wait(condition, mutex)
            return
        }
        var until = timespec()
        clock_gettime(CLOCK_MONOTONIC, &until)
        let nanoseconds = UInt64(until.tv_nsec) + timeoutNanoseconds
        until.tv_sec += Int(nanoseconds / 1_000_000_000)
        until.tv_nsec = Int(nanoseconds % 1_000_000_000)
        pthread_cond_timedwait(condition, mutex, &until)
    }

    private func wakeIfNeeded(_ needed: Bool) {
        if needed, sleeping { pthread_cond_signal(condition) }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
