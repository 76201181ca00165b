internal import DequeModule
internal import Synchronization

#if canImport(Glibc)
    internal import Glibc
#endif

/// Holds the commands that wait for the sequencer: bounded, many writers, one reader who takes everything at once.
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
    private var sleeper = Sleeper.none
    private var nudged = false
    private var closed = false

    /// Who sleeps in here.
    private enum Sleeper {
        case none
        /// The reader, until anything comes.
        case ofEverything
        /// The reader, whom commands do not wake.
        case ofControl
    }

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

    /// The number of commands that wait.
    var depth: Int { locked { commandCount } }

    /// True if it takes nothing more.
    var isClosed: Bool { locked { closed } }

    /// Takes claims in order; returns how many fitted, or nil when the inbox is closed.
    func put(_ submissions: [ClaimSubmission], mailbox: Mailbox) -> Int? {
        locked {
            guard !closed else { return nil }
            let accepted = min(submissions.count, max(0, capacity - commandCount))
            guard accepted > 0 else { return 0 }
            waiting.append(.claims(submissions.prefix(accepted), mailbox))
            commandCount += accepted
            wakeForCommands()
            return accepted
        }
    }

    /// The result of offering a general command.
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
            wakeForCommands()
            return .accepted
        }
    }

    /// Takes control work, however full it is: a new primary's word must not wait for an overload to end.
    func put(_ work: any ControlWork) -> Offer {
        locked {
            guard !closed else { return .closed }
            control.append(work)
            wake()
            return .accepted
        }
    }

    /// Lets the reader look around although nothing new waits.
    func nudge() {
        locked {
            nudged = true
            wake()
        }
    }

    /// Takes nothing more; what waits is still handed out.
    func close() {
        locked {
            closed = true
            nudged = true
            wake()
        }
    }

    /// Sleeps until there is what the reader waits for, then hands it out.
    ///
    /// - Parameters:
    ///   - wait: The event that the reader waits for.
    ///   - taken: Is swapped for all commands that wait, and emptied before; stays as it is while the reader waits for
    ///     work on the node itself only.
    ///   - control: Receives the work on the node itself.
    /// - Returns: False when the inbox is closed and empty.
    func take(_ wait: NodeWait, into taken: inout [Work], _ control: inout Deque<any ControlWork>) -> Bool {
        locked {
            switch wait {
            case .anything(let nanoseconds):
                taken.removeAll(keepingCapacity: true)
                if waiting.isEmpty, self.control.isEmpty, !nudged, !closed { sleep(.ofEverything, nanoseconds) }
                swap(&waiting, &taken)
                commandCount = 0
            case .control(let nanoseconds):
                if self.control.isEmpty, !nudged { sleep(.ofControl, nanoseconds) }
            case .over: break
            }
            nudged = false
            defer { handOut(&control) }
            return !(closed && waiting.isEmpty && taken.isEmpty && self.control.isEmpty)
        }
    }

    /// True if a reader that waits for this need not sleep.
    func hasNews(_ wait: NodeWait) -> Bool {
        locked {
            switch wait {
            case .anything: !waiting.isEmpty || !control.isEmpty || nudged || closed
            case .control: !control.isEmpty || nudged
            case .over: false
            }
        }
    }

    /// Hands out the work on the node itself that waits.
    func takeControl(into control: inout Deque<any ControlWork>) {
        locked { handOut(&control) }
    }

    private func handOut(_ control: inout Deque<any ControlWork>) {
        guard !self.control.isEmpty else { return }
        control.append(contentsOf: self.control)
        self.control = []
    }

    private func sleep(_ sleeper: Sleeper, _ timeoutNanoseconds: UInt64?) {
        guard timeoutNanoseconds != 0 else { return }
        self.sleeper = sleeper
        defer { self.sleeper = .none }
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

    private func wake() {
        if sleeper != .none { pthread_cond_signal(condition) }
    }

    private func wakeForCommands() {
        if sleeper == .ofEverything { pthread_cond_signal(condition) }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
