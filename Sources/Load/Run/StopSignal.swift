import Synchronization

/// Ends a load early: requests already sent are still answered, checked and reported.
public final class StopSignal: Sendable {
    private let stopped = Atomic<Bool>(false)

    /// Makes a signal that was not given.
    public init() {}

    /// True if it was given.
    public var isStopped: Bool { stopped.load(ordering: .relaxed) }

    /// Gives it.
    public func stop() { stopped.store(true, ordering: .relaxed) }
}
