import Synchronization

/// Whether the server still takes new work.
package final class Lifecycle: Sendable {
    private let began = Mutex<ContinuousClock.Instant?>(nil)
    private let draining = Atomic<Bool>(false)

    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// When it began to drain; now, if it does not.
    package var drainBegan: ContinuousClock.Instant { began.withLock { $0 } ?? .now }

    package func drain() {
        began.withLock { $0 = $0 ?? .now }
        draining.store(true, ordering: .releasing)
    }
}
