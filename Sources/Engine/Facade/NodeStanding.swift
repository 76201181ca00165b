/// The standing of a node among the nodes: its role, its epoch, and the primary if it is another node.
public struct NodeStanding: Hashable, Sendable {
    /// Tells if it decides.
    public var authority: Authority
    /// The epoch that a primary writes in, and the lowest one whose frames a replica takes.
    public var epoch: UInt64
    /// The URL of the node that decides, if that is another one and known.
    public var primary: String?

    /// Describes a node.
    public init(authority: Authority, epoch: UInt64, primary: String?) {
        self.authority = authority
        self.epoch = epoch
        self.primary = primary
    }
}

extension NodeStanding {
    /// The answer to commands on a node that does not decide.
    var refusal: EngineError {
        let advice = primary.map { " Send it to \($0)." } ?? " Send it to the primary."
        return switch authority {
        case .superseded(let epoch):
            EngineError(
                .notPrimary,
                "Another node has taken over as primary in epoch \(epoch); nothing happened here." + advice,
                primary: primary)
        case .primary, .replica:
            EngineError(.notPrimary, "This node is a replica and decides nothing." + advice, primary: primary)
        }
    }
}
