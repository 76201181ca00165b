import Engine
import Replication
import Wire

/// The reasons why a node should get no requests at present, for `/readyz` and the metrics.
///
/// A primary is ready while it takes claims, a replica while it follows closely enough. Asks nothing of the sequencer.
struct Readiness {
    /// One reason.
    struct Reason {
        /// The word for programs.
        var code: String
        /// The sentence for people.
        var message: String
    }

    /// The reasons; empty on a node that is ready.
    private(set) var reasons: [Reason] = []

    var isReady: Bool { reasons.isEmpty }

    init(_ api: NodeServices) {
        if api.lifecycle.isDraining { add(.draining) }
        let standing = api.engine.standing
        for obstacle in api.engine.obstacles {
            switch (obstacle, standing.authority) {
            case (.notPrimary, .replica): break
            case (.notPrimary, .superseded):
                add("superseded", "\(standing.primary ?? "Another node") has taken over in a newer epoch.")
            case (.draining, _) where api.lifecycle.isDraining: break
            default: add(obstacle)
            }
        }
        if let replica = api.replica, standing.authority == .replica {
            follow(replica.follower.status, lagMillisecondsMax: replica.lagMillisecondsMax)
        }
    }

    private mutating func follow(_ status: FollowerStatus, lagMillisecondsMax: Int64) {
        switch status.state {
        case .fenced, .bootstrapping, .ahead, .diverged:
            add(status.state.rawValue, status.lastError ?? "This node does not follow another one.")
        case .connecting where status.lagMilliseconds == nil:
            add("connecting", status.lastError ?? "\(status.upstream) has not been reached yet.")
        case .following where status.lagMilliseconds == nil:
            add("lagging", "\(status.upstream) does not know how far it is behind the primary itself.")
        case .connecting, .following, .promoted: break
        }
        guard let lag = status.lagMilliseconds, lag > lagMillisecondsMax else { return }
        add("lagging", "This node is \(lag) ms behind the primary; at most \(lagMillisecondsMax) ms are allowed.")
    }

    private mutating func add(_ obstacle: Obstacle) { add(obstacle.rawValue, obstacle.message) }

    private mutating func add(_ code: String, _ message: String) {
        reasons.append(Reason(code: code, message: message))
    }

    /// All words that ``reasons`` can have, so that each has a series of its own.
    static let codes =
        Obstacle.allCases.filter { $0 != .notPrimary }.map(\.rawValue)
        + ["superseded", "connecting", "fenced", "bootstrapping", "ahead", "diverged", "lagging"]
}
