import Engine
import Journal
import Replication

/// The state of a node at one moment, as far as its log tells of it.
struct NodeObservation: Sendable {
    /// A node that follows this one.
    struct Follower: Sendable {
        var url: String?
        var position: String
    }

    /// The node that this one follows.
    struct Upstream: Sendable {
        var url: String
        /// True while it sends its log.
        var isHeard: Bool
        var reason: String?
    }

    var role: String
    var epoch: UInt64
    var primary: String?
    var position: String
    /// The reasons why it is not ready: word → sentence.
    var reasons: [String: String] = [:]
    /// The followers, by their names.
    var followers: [String: Follower] = [:]
    /// Nil where it follows no node.
    var upstream: Upstream?
    var freeDiskBytes: Int64
    /// The syncs that took long, since the start.
    var slowSyncs: UInt64 = 0
}

extension NodeObservation {
    /// The exponent of the time above which a sync is slow: 2^27 ns, the histogram's bound next to 100 ms.
    private static let slowSyncExponent = 27
    /// The milliseconds above which a sync is slow.
    static let slowSyncMilliseconds = (1 << slowSyncExponent) / 1_000_000

    /// Looks at a node.
    init(_ api: NodeServices) {
        let status = api.engine.status
        let following = status.standing.authority == .replica ? api.replica?.follower.status : nil
        self.init(
            role: status.standing.authority.name, epoch: status.standing.epoch, primary: status.standing.primary,
            position: status.position.description, freeDiskBytes: status.freeDiskBytes)
        for reason in Readiness(api).reasons where !api.lifecycle.isDraining { reasons[reason.code] = reason.message }
        for one in api.followers.reports {
            followers[one.identity.node] = Follower(url: one.identity.url, position: one.position.description)
        }
        upstream = following.map {
            Upstream(url: $0.upstream, isHeard: $0.state == .following, reason: $0.lastError)
        }
        let times = status.counts.syncTimes
        slowSyncs =
            zip(times.exponents, times.counts).filter { $0.0 > NodeObservation.slowSyncExponent }
            .reduce(times.beyond) { $0 + $1.1 }
    }
}
