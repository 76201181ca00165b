public import Journal

/// A reason why a follower's position cannot be continued.
///
/// The follower can tell from the reason what to do: bootstrap again, or stop and call for an operator.
public enum FeedRefusal: Error, Hashable, Sendable {
    /// The frames behind the position have been removed; `oldest` is the first position to start from.
    case behindRetention(LogPosition, oldest: LogPosition)
    /// The position is of another history: it was cut off by a restore or a promotion.
    case diverged(LogPosition)
    /// The follower has more than this node has on stable storage: it has followed another primary, or this node
    /// has lost data.
    case aheadOfPrimary(LogPosition, end: LogPosition)
    /// The follower has more than this node, which is a replica and lags behind: nothing is wrong, ask the primary.
    case behindFollower(LogPosition, end: LogPosition)

    /// The word on the wire.
    public var word: String {
        switch self {
        case .behindRetention: "behind_retention"
        case .diverged: "diverged"
        case .aheadOfPrimary: "ahead_of_primary"
        case .behindFollower: "behind_follower"
        }
    }

    /// For people, with what to do.
    public var message: String {
        switch self {
        case .behindRetention(let position, let oldest):
            "The log after \(position) has been removed; it begins at \(oldest). Bootstrap from a snapshot."
        case .diverged(let position):
            "\(position) is not part of this node's history: a restore or a promotion has cut it off. Frames that "
                + "only the follower has are not removed; look at them, and give --force to replace them."
        case .aheadOfPrimary(let position, let end):
            "This node ends at \(end), before \(position). Do not follow it: find the primary that wrote \(position)."
        case .behindFollower(let position, let end):
            "This replica is at \(end), before \(position). Follow its primary, or come again when it is there."
        }
    }
}
