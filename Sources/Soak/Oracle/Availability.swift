import Synchronization

/// Measures for how long nobody gets a new place while everything that a claim needs is there.
///
/// A claim needs the primary listening, a running replica that listens, is not frozen and has a link that is neither
/// held nor being cut, room on both disks, and no promotion under way.
final class Availability: Sendable {
    /// Something that excuses a refusal.
    struct Obstacle: Hashable, Sendable {
        /// A node's name; nil where it is the whole cluster that waits.
        var node: String?
        var reason: String
    }

    private struct State {
        var obstacles: [Obstacle: Int] = [:]
        var primary = ""
        var replicas: [String] = []
        var readySince: ContinuousClock.Instant?
        var lastPlace: ContinuousClock.Instant
        var longest = Duration.zero
        var longestAtSeconds = 0.0
        var isReported = false
        var readyTotal = Duration.zero
        var sampledAt: ContinuousClock.Instant
        var lastRefusal = ""
    }

    private let state: Mutex<State>
    private let findings: Findings
    private let log: StepLog
    private let limit: Duration

    init(limit: Duration, findings: Findings, log: StepLog) {
        (self.limit, self.findings, self.log) = (limit, findings, log)
        state = Mutex(State(lastPlace: .now, sampledAt: .now))
    }

    /// Sets the roles of the nodes.
    func set(primary: String, replicas: [String]) {
        change { state in
            state.primary = primary
            state.replicas = replicas
        }
    }

    /// Notes that something is not there; pairs with ``remove(_:_:)``.
    func add(_ node: String?, _ reason: String) {
        change { $0.obstacles[Obstacle(node: node, reason: reason), default: 0] += 1 }
    }

    func remove(_ node: String?, _ reason: String) {
        change { state in
            let obstacle = Obstacle(node: node, reason: reason)
            guard let count = state.obstacles[obstacle] else { return }
            state.obstacles[obstacle] = count > 1 ? count - 1 : nil
        }
    }

    /// A claim was acknowledged that was none before.
    func place() {
        state.withLock { state in
            Availability.sample(&state)
            state.lastPlace = .now
            state.isReported = false
        }
    }

    /// A claim got no place although there was one; kept for evidence.
    func refused(_ answer: String) { state.withLock { $0.lastRefusal = answer } }

    /// Reports a wait beyond the limit, once.
    ///
    /// - Returns: True if it did.
    func watch() -> Bool {
        let evidence = state.withLock { state -> String? in
            let gap = Availability.sample(&state)
            if gap > state.longest {
                state.longest = gap
                state.longestAtSeconds = log.seconds
            }
            guard gap > limit, !state.isReported else { return nil }
            state.isReported = true
            return "no new place for \(gap.seconds) s with primary \(state.primary) and replicas "
                + "\(state.replicas); the last answer was: \(state.lastRefusal)"
        }
        if let evidence { findings.report(.neverRefusedLong, evidence) }
        return evidence != nil
    }

    /// The longest wait, when it was over, and for how long everything was there.
    var figures: (longestSeconds: Double, atSeconds: Double, readySeconds: Double) {
        state.withLock { ($0.longest.seconds, $0.longestAtSeconds, $0.readyTotal.seconds) }
    }

    var isReady: Bool { state.withLock { $0.readySince != nil } }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            _ = Availability.sample(&state)
            body(&state)
            let blocked = Set(state.obstacles.keys.compactMap(\.node))
            let isReady =
                !state.obstacles.keys.contains { $0.node == nil } && !blocked.contains(state.primary)
                && state.replicas.contains { !blocked.contains($0) }
            if !isReady {
                state.readySince = nil
            } else if state.readySince == nil {
                state.readySince = .now
            }
        }
    }

    /// Brings the figures up to now, and returns the time since the last new place.
    @discardableResult
    private static func sample(_ state: inout State) -> Duration {
        let now = ContinuousClock.now
        defer { state.sampledAt = now }
        guard let since = state.readySince else { return .zero }
        state.readyTotal += now - max(since, state.sampledAt)
        return now - max(since, state.lastPlace)
    }
}

extension Duration {
    /// As a number, for reports.
    var seconds: Double { self / .seconds(1) }
}
