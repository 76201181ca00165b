/// The body that sets how many followers must have a claim.
struct ReplicationRequest: RequestBody {
    var syncReplicas: Int

    static let schemaName = "ReplicationRequest"
    /// The most followers that can be asked for.
    static let syncReplicasRange: ClosedRange<Int64> = 0...64

    static func read(_ body: inout BodyReader) -> ReplicationRequest? {
        ReplicationRequest(
            syncReplicas: Int(
                body.requiredInteger(
                    "sync_replicas", "The followers that must have a claim before it is acknowledged.",
                    in: syncReplicasRange)))
    }
}
