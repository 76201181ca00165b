import Engine
import Journal
import Replication

/// The part of a node in replication.
struct ReplicationView: Resource {
    var name: String
    var node: NodeView
    /// The nodes that do not know of this primary yet.
    var untold: [UntoldNode]
    var following: FollowerStatus?
    var followers: [Followers.Report]
    var lost: [Followers.Lost]

    init(_ api: NodeServices) {
        name = api.engine.directory.node
        node = NodeView(api.engine.status, requiredReplicas: api.engine.quorum.required)
        let failures = api.succession.failures
        untold = api.succession.pending.map { UntoldNode(url: $0, reason: failures[$0]) }
        following = api.replica?.follower.status
        followers = api.followers.reports
        lost = api.followers.lost
    }

    static let schemaName = ""
    static let noun = "Replication"
    static let members: [Member<ReplicationView>] =
        [Member("node", "The name of the node.") { $0.name }] + NodeView.members.map { $0.of { $0.node } } + [
            Member("untold", "The URLs of nodes that have not heard of this primary yet.") { $0.untold.map(\.url) },
            Member("untold_nodes", "These nodes, with the reasons.") { $0.untold.map(Nested<UntoldNode>.init) },
            Member("following", "The state of following another node; null where it follows none.") {
                $0.following.map(Nested<FollowerStatus>.init)
            },
            Member("followers", "The nodes that follow this one.") { $0.followers.map(Nested<Followers.Report>.init) },
            Member("lost_followers", "The nodes that have followed this one since its start, and do not any more.") {
                $0.lost.map(Nested<Followers.Lost>.init)
            },
        ]
}

extension FollowerStatus: Resource {
    static let schemaName = ""
    static let members: [Member<FollowerStatus>] = [
        Member("state", "The step that it is at.") { $0.state.rawValue },
        Member("upstream", "The URL of the node that it follows.") { $0.upstream },
        Member("upstream_position", "The position of that node, as far as it is known.") { $0.upstreamPosition },
        Member("lag_ms", "The milliseconds behind the primary; null while they are not known.") {
            $0.lagMilliseconds
        },
        Member("connections", "The times that the stream was opened.") { $0.connections },
        Member("last_error", "The last thing that went wrong; null for nothing.") { $0.lastError },
    ]
}

extension Followers.Lost: Resource {
    static let schemaName = ""
    static let members: [Member<Followers.Lost>] = [
        Member("node", "The name of the follower.") { $0.identity.node },
        Member("url", "Its URL, where it has said it.") { $0.identity.url },
        Member("position", "The position that it had on stable storage.") { $0.position },
        Member("lost_seconds", "The time since it left.") { Seconds(milliseconds: $0.milliseconds) },
    ]
}

extension Followers.Report: Resource {
    static let schemaName = ""
    static let members: [Member<Followers.Report>] = [
        Member("node", "The name of the follower.") { $0.identity.node },
        Member("url", "Its URL, where it has said it.") { $0.identity.url },
        Member("position", "The position that it has on stable storage.") { $0.position },
        Member("sent_position", "The position that was sent to it.") { $0.sentPosition },
        Member("lag_sequences", "The frames that it is behind.") { $0.lagSequences },
        Member("lag_bytes", "The bytes of the journal that it is behind.") { $0.lagBytes },
        Member("lag_seconds", "The age of the oldest frame that it has not confirmed.") {
            Seconds(milliseconds: $0.lagMilliseconds)
        },
        Member("connected_seconds", "The time that it has been connected.") {
            Seconds(milliseconds: $0.connectedMilliseconds)
        },
    ]
}
