public import Replication

/// The way in which a node tells others of its epoch, and where they find it.
public struct PeerAccess: Sendable {
    /// Gives the URL of this node, which the others are told, by the port that it listens on; nil when it knows none.
    ///
    /// It needs no key: a promotion brings its own.
    public var ownURL: @Sendable (_ port: Int) -> String?
    /// The way to another node; nil when there is no key for others.
    public var makeUpstream: (@Sendable (String) -> any Upstream)?

    /// Makes the value from its parts.
    public init(
        ownURL: @escaping @Sendable (_ port: Int) -> String? = { _ in nil },
        makeUpstream: (@Sendable (String) -> any Upstream)? = nil
    ) {
        self.ownURL = ownURL
        self.makeUpstream = makeUpstream
    }
}
