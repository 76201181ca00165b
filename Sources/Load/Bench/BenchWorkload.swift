/// The behaviour of the clients of a run.
public enum BenchWorkload: String, Codable, CaseIterable, Sendable {
    /// Everybody claims the same code.
    case hot
    /// Claims over many codes.
    case spread
    /// More clients than places.
    case lastPlaces = "last-places"
    /// Claims of people who have their place already.
    case replay
    /// Holds that are confirmed, released, or left to expire.
    case holds
    /// Claims in batches.
    case batch
    /// Claims beside reads.
    case mixed
    /// A launch: a ramp, a plateau, then three times as many requests as the server can take.
    case spike
}
