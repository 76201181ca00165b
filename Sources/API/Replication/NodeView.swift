import Engine
import Journal

/// The role of a node among the nodes and its positions, as its readiness and its replication show them.
struct NodeView: Resource {
    var role: String
    var epoch: UInt64
    var primary: String?
    var position: LogPosition
    var appliedPosition: LogPosition
    var requiredReplicas: Int

    init(_ status: EngineStatus, requiredReplicas: Int) {
        role = status.standing.authority.name
        epoch = status.standing.epoch
        primary = status.standing.primary
        position = status.position
        appliedPosition = status.appliedPosition
        self.requiredReplicas = requiredReplicas
    }

    static let schemaName = ""
    static let members: [Member<NodeView>] = [
        Member("role", "primary, replica or superseded.") { $0.role },
        Member("epoch", "The newest epoch that the node knows.") { $0.epoch },
        Member("primary", "The URL of the primary, as far as the node knows it.") { $0.primary },
        Member("position", "The last position that is acknowledged.") { $0.position },
        Member("applied_position", "The last position that is in the tables.") { $0.appliedPosition },
        Member("sync_replicas", "The followers that must have a claim before it is acknowledged.") {
            $0.requiredReplicas
        },
    ]
}
