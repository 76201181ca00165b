/// The body that tells of a newer epoch.
struct EpochRequest: RequestBody {
    var epoch: UInt64
    var primary: String?

    static let schemaName = "EpochRequest"

    static func read(_ body: inout BodyReader) -> EpochRequest? {
        EpochRequest(
            epoch: UInt64(
                clamping: body.requiredInteger(
                    "epoch", "The epoch, which can have begun by now.", in: 0...Int64.max)),
            primary: body.text("primary", "The URL of its primary.", .origin))
    }
}
