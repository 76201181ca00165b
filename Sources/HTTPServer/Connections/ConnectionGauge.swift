import Synchronization

/// How many connections are open, for the metrics.
final class ConnectionGauge: Sendable {
    private let count = Atomic<Int>(0)

    var open: Int { count.load(ordering: .relaxed) }
    private let beyond = Atomic<Int>(0)

    /// The right to be open beyond the limit, given back when nothing refers to it any more.
    final class PlaceBeyond: Sendable {
        private let gauge: ConnectionGauge

        fileprivate init(_ gauge: ConnectionGauge) {
            self.gauge = gauge
        }

        deinit { gauge.beyond.subtract(1, ordering: .relaxed) }
    }

    /// Takes a place beyond the limit; nil when all of them are taken.
    func enterBeyond() -> PlaceBeyond? {
        guard beyond.add(1, ordering: .relaxed).newValue <= ConnectionLimits.beyondMax else {
            beyond.subtract(1, ordering: .relaxed)
            return nil
        }
        return PlaceBeyond(self)
    }

    func opened() { count.add(1, ordering: .relaxed) }
    func closed() { count.subtract(1, ordering: .relaxed) }
}
