internal import Journal
internal import Store

/// The state of a code: derived whenever it is read, stored nowhere.
///
/// The first that applies: revoked by an administrator; all places used (`redeemed` when there was one,
/// `exhausted` when there were more); its time over; else active.
public enum CodeState: UInt8, WireWord {
    /// Can be claimed, as far as the code itself is concerned.
    case active = 1
    /// Its one place is used.
    case redeemed = 2
    /// All of its places are used.
    case exhausted = 3
    /// Its time is over.
    case expired = 4
    /// An administrator took it back.
    case revoked = 5

    /// The word on the wire.
    public var word: String {
        switch self {
        case .active: "active"
        case .redeemed: "redeemed"
        case .exhausted: "exhausted"
        case .expired: "expired"
        case .revoked: "revoked"
        }
    }

    init(_ row: CodeRow, _ counter: CapacityCounter, now: Timestamp) {
        if row.revokedAt != nil {
            self = .revoked
        } else if counter.used >= counter.limit {
            self = counter.limit == 1 ? .redeemed : .exhausted
        } else if let expiresAt = row.expiresAt, now >= expiresAt {
            self = .expired
        } else {
            self = .active
        }
    }
}
