import Synchronization

/// Gathers the figures of each second from all event loops while the load runs.
final class LoadMonitor: Sendable {
    /// The figures of one event loop since its last report.
    struct Interval: Sendable {
        var latency = LatencyHistogram()
        var answered = 0
        var claims = 0
        var errors = 0
    }

    private struct State {
        var open: [Int: Interval] = [:]
        var reported: [Int: Int] = [:]
        var points: [TimelinePoint] = []
        var total = Interval()

        /// Keeps the figures of a second that are shown, and frees its distribution.
        mutating func close(_ second: Int) {
            guard let interval = open.removeValue(forKey: second) else { return }
            reported[second] = nil
            let latency = interval.latency
            points.append(
                TimelinePoint(
                    second: second, answered: interval.answered, claims: interval.claims, errors: interval.errors,
                    p50: latency.milliseconds(at: 50), p99: latency.milliseconds(at: 99),
                    max: latency.milliseconds(at: 100)))
        }
    }

    private let workers: Int
    private let state = Mutex(State())

    init(workers: Int) {
        self.workers = workers
    }

    /// Adds the figures of an event loop for a second of the load.
    func add(_ interval: Interval, second: Int) {
        state.withLock { state in
            state.total.add(interval)
            state.open[second, default: Interval()].add(interval)
            state.reported[second, default: 0] += 1
            if state.reported[second] == workers { state.close(second) }
        }
    }

    /// The progress of the load: the rate of the newest whole second, and percentile and errors of all.
    var progress: (rate: Int, p99: Double, errors: Int) {
        state.withLock { state in
            (state.points.last?.answered ?? 0, state.total.latency.milliseconds(at: 99), state.total.errors)
        }
    }

    /// All seconds, oldest first.
    func finish() -> [TimelinePoint] {
        state.withLock { state in
            for second in state.open.keys.sorted() { state.close(second) }
            return state.points.sorted { $0.second < $1.second }
        }
    }
}

extension LoadMonitor.Interval {
    mutating func add(_ other: Self) {
        latency.merge(other.latency)
        answered += other.answered
        claims += other.claims
        errors += other.errors
    }
}
