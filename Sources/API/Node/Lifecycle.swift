import Domain
import Engine
import JSONText
import Logging
import NIOCore
import Replication
import Synchronization

/// Whether the server still takes new work.
final class Lifecycle: Sendable {
    private let draining = Atomic<Bool>(false)

    var isDraining: Bool { draining.load(ordering: .acquiring) }

    func drain() {
        draining.store(true, ordering: .releasing)
    }
}
