import Synchronization

/// Counts the open connections, for the metrics.
final class ConnectionGauge: Sendable {
    private let count = Atomic<Int>(0)

    var open: Int { count.load(ordering: .relaxed) }

    func opened() { count.add(1, ordering: .relaxed) }
    func closed() { count.subtract(1, ordering: .relaxed) }
}
