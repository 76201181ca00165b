import Synchronization

/// Knows if the server still takes new work.
package final class Lifecycle: Sendable {
    private let began = Mutex<ContinuousClock.Instant?>(nil)
    private let draining = Atomic<Bool>(false)

    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    /// The instant at which draining began; the present one if it has not.
    package var drainBegan: ContinuousClock.Instant { began.withLock { $0 } ?? .now }

    package func drain() {
        began.withLock { $0 = $0 ?? .now }
        draining.store(true, ordering: .releasing)
    }
}
