import Domain

/// The body of an extension.
enum ExtendRequest: RequestBody {
    static let schemaName = "ExtendRequest"

    static func read(_ body: inout BodyReader) -> UInt32? {
        let range = Int64(Holds.ttlSecondsRange.lowerBound)...Int64(Holds.ttlSecondsRange.upperBound)
        let seconds = body.requiredInteger(
            "ttl_seconds", "The seconds from now after which the places are free again.", in: range)
        return UInt32(clamping: seconds)
    }
}
