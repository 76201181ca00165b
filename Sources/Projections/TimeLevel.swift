/// The sizes of the buckets that time is cut into, from the whole of it down to a second.
///
/// The raw values are stored. Every bucket lies within one of the level before.
enum TimeLevel: UInt8, CaseIterable {
    case all = 0
    case days32 = 1
    case day = 2
    case hour = 3
    case minute = 4
    case second = 5

    /// Seconds of a bucket; 0 for all time.
    var seconds: UInt64 {
        switch self {
        case .all: 0
        case .days32: 32 * 86_400
        case .day: 86_400
        case .hour: 3600
        case .minute: 60
        case .second: 1
        }
    }

    /// The bucket that a second since 1970 lies in.
    func bucket(_ second: UInt64) -> UInt64 { self == .all ? 0 : second / seconds }
}
