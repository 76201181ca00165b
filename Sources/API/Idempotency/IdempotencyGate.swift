package import Domain
import Synchronization
import Wire

/// The idempotency keys whose first request is still being worked on.
package final class IdempotencyGate: Sendable {
    private let running = Mutex<Set<IdempotencyKey>>([])

    /// Enters the gate; false when another request with this key is still inside.
    package func enter(_ key: IdempotencyKey) -> Bool {
        running.withLock { $0.insert(key).inserted }
    }

    /// Leaves the gate.
    package func leave(_ key: IdempotencyKey) {
        running.withLock { _ = $0.remove(key) }
    }
}
