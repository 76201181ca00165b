/// The answer to a follower that confirms frames.
struct Confirmation: Resource {
    var isConnected: Bool

    static let schemaName = "Confirmation"
    static let members: [Member<Confirmation>] = [
        Member("connected", "True if the follower's stream is open here, so that it counts.") { $0.isConnected }
    ]
}
