/// The invitations that wait for an e-mail address.
struct PendingCount: Resource {
    var pending: UInt64

    static let schemaName = "PendingCount"
    static let members: [Member<PendingCount>] = [
        Member("pending", "The invitations that were sent to the address and wait.") { $0.pending }
    ]
}
