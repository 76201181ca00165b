/// One second of a load.
public struct TimelinePoint: Codable, Equatable, Sendable {
    /// The number of the second, from 0.
    public var second: Int
    /// Requests answered in it.
    public var answered: Int
    /// Claims decided in it.
    public var claims: Int
    /// Errors in it.
    public var errors: Int
    /// Of the requests answered in it, in milliseconds.
    public var p50: Double
    /// Of the requests answered in it, in milliseconds.
    public var p99: Double
    /// Of the requests answered in it, in milliseconds.
    public var max: Double
}

extension [TimelinePoint] {
    /// Appends the seconds of a load that ran after this one.
    mutating func append(following later: [TimelinePoint]) {
        let offset = (last?.second ?? -1) + 1
        self += later.map { point in
            var point = point
            point.second += offset
            return point
        }
    }
}
