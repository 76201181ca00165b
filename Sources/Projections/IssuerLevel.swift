/// The sizes of the buckets in which an issuer's redemptions are counted by time.
///
/// The raw values are stored. Every bucket lies within one of the level before.
enum IssuerLevel: UInt8, CaseIterable {
    case day = 0
    case minute = 1
    /// One row's time: of these the newest is known after any of them is taken away.
    case millisecond = 2

    /// Milliseconds of a bucket.
    var milliseconds: UInt64 {
        switch self {
        case .day: 86_400_000
        case .minute: 60_000
        case .millisecond: 1
        }
    }
}
