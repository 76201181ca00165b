public import Replication

/// How a node reaches others to tell them of its epoch.
public struct PeerAccess: Sendable {
    /// Where this node is reached: what the others are told; nil when it does not know.
    public var ownURL: String?
    /// The way to another node.
    public var makeUpstream: @Sendable (String) -> any Upstream

    /// Describes it.
    public init(ownURL: String?, makeUpstream: @escaping @Sendable (String) -> any Upstream) {
        self.ownURL = ownURL
        self.makeUpstream = makeUpstream
    }
}
