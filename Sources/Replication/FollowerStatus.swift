public import Journal

/// The state of a follower, as it reports it.
public struct FollowerStatus: Sendable {
    /// The activity of the follower.
    public enum State: String, Sendable {
        /// Trying to reach its upstream.
        case connecting
        /// Receiving the log.
        case following
        /// The upstream is of an older epoch: nothing is taken from it.
        case fenced
        /// It must begin again with a snapshot.
        case bootstrapping
        /// It has more than its upstream: an operator must look.
        case ahead
        /// Its data is of another history than its upstream's: an operator must look.
        case diverged
        /// It is the primary now.
        case promoted
    }

    /// The activity of the follower.
    public var state: State
    /// Where it gets the log from.
    public var upstream: String
    /// The last thing that went wrong, for people.
    public var lastError: String?
    /// The upstream's position, as far as it is known.
    public var upstreamPosition: LogPosition?
    /// The age in milliseconds of the oldest command of the primary that this node does not have, over all nodes
    /// between the two; nil before the first contact, and while the upstream does not know its own lag.
    public var lagMilliseconds: Int64?
    /// Times the stream was opened.
    public var connections: UInt64
}
