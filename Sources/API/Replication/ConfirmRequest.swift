import Journal

/// The body of a follower's confirmation.
struct ConfirmRequest: RequestBody {
    var follower: String
    var position: LogPosition
    var registration: UInt64?

    static let schemaName = "ConfirmRequest"

    static func read(_ body: inout BodyReader) -> ConfirmRequest? {
        let follower = body.requiredText("follower", "The name of the follower.")
        let text = body.requiredText("position", "The position that it has on stable storage.", .position)
        let registration = body.integer("registration", "The number of its stream, which grows with every stream.")
        guard let position = LogPosition(text) else { return nil }
        return ConfirmRequest(
            follower: follower, position: position, registration: registration.flatMap { UInt64(exactly: $0) })
    }
}
