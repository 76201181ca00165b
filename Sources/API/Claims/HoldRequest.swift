import Domain

/// The body of a claim for a time: a claim's members, and the time.
enum HoldRequest: RequestBody {
    static let schemaName = "HoldRequest"

    static func read(_ body: inout BodyReader) -> ClaimCommand? {
        body.claim { body in
            let range = Int64(Holds.ttlSecondsRange.lowerBound)...Int64(Holds.ttlSecondsRange.upperBound)
            let seconds = body.integer(
                "ttl_seconds", "The seconds after which the places are free again.", in: range,
                default: Int64(Holds.ttlSecondsDefault))
            return .hold(ttlSeconds: seconds.map { UInt32(clamping: $0) } ?? Holds.ttlSecondsDefault)
        }
    }
}
