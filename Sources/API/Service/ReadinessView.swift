import CivilTime
import Engine
import Journal
import Replication

/// The readiness of a node with all that it is judged by.
struct ReadinessView: Resource {
    var readiness: Readiness
    var version: String
    var node: NodeView
    var lagMilliseconds: Int64?
    var durability: String
    var freeDiskBytes: Int64
    var zones: ZoneView

    init(_ api: NodeServices, _ status: EngineStatus, _ readiness: Readiness) {
        self.readiness = readiness
        version = api.version
        node = NodeView(status, requiredReplicas: api.engine.quorum.required)
        lagMilliseconds = api.replica.map { $0.follower.status.lagMilliseconds } ?? 0
        durability = status.durability.description
        freeDiskBytes = status.freeDiskBytes
        zones = ZoneView(api.zones.state, at: api.engine.now)
    }

    /// The frames that are acknowledged and not in the tables yet.
    private var unappliedFrames: UInt64 {
        let (reached, applied) = (node.position.sequence, node.appliedPosition.sequence)
        return reached - min(reached, applied)
    }

    static let schemaName = "Readiness"
    static let members: [Member<ReadinessView>] =
        [
            Member("ready", "True if the node should get requests.") { $0.readiness.isReady },
            Member("reasons", "The reasons why it should not.") {
                $0.readiness.reasons.map(Nested<Readiness.Reason>.init)
            },
            Member("state", "`ready`, or the code of the first reason why it is not.") {
                $0.readiness.reasons.first?.code ?? "ready"
            },
            Member("version", "The version of the server.") { $0.version },
        ] + NodeView.members.map { $0.of { $0.node } } + [
            Member("lag_ms", "The milliseconds behind the primary; null while they are not known.") {
                $0.lagMilliseconds
            },
            Member("durability", "When claims are acknowledged.") { $0.durability },
            Member("lag", "The frames that are acknowledged and not in the tables yet.") { $0.unappliedFrames },
            Member("free_disk_bytes", "The free bytes of the journal's file system.") { $0.freeDiskBytes },
            Member("zones", "The system's zones of time.") { Nested<ZoneView>($0.zones) },
        ]
}

extension Readiness.Reason: Resource {
    static let schemaName = ""
    static let members: [Member<Readiness.Reason>] = [
        Member("code", "The reason, for programs.") { $0.code },
        Member("message", "The reason, for people.") { $0.message },
    ]
}
