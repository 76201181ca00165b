public import Replication

/// The way in which a node reaches others to tell them of its epoch.
public struct PeerAccess: Sendable {
    /// The URL of this node, which the others are told; nil when it does not know one.
    public var ownURL: String?
    /// The way to another node.
    public var makeUpstream: @Sendable (String) -> any Upstream

    /// Makes the value from its parts.
    public init(ownURL: String?, makeUpstream: @escaping @Sendable (String) -> any Upstream) {
        self.ownURL = ownURL
        self.makeUpstream = makeUpstream
    }
}
