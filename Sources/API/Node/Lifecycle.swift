import Synchronization

/// Whether the server still takes new work.
package final class Lifecycle: Sendable {
    private let draining = Atomic<Bool>(false)

    package var isDraining: Bool { draining.load(ordering: .acquiring) }

    package func drain() {
        draining.store(true, ordering: .releasing)
    }
}
