public import Journal

/// Names a follower.
public struct FollowerIdentity: Hashable, Sendable {
    /// The node's name: two connections of one name are one follower.
    public var node: String
    /// The URL at which clients reach it, for operators.
    public var url: String?
    /// The name of the history that its data is part of; nil where an earlier version does not say it.
    public var history: Hash128?
    /// Grows with every stream that the node opens, over restarts too: a late copy of an older request is told that it
    /// is late.
    ///
    /// Nil where an earlier version does not say it.
    public var registration: UInt64?

    /// Names a follower.
    public init(node: String, url: String? = nil, history: Hash128? = nil, registration: UInt64? = nil) {
        self.node = node
        self.url = url
        self.history = history
        self.registration = registration
    }
}
