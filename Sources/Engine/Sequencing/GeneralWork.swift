internal import Domain
internal import Journal

/// A command that is not on the hot path: decided in the same order, answered by itself.
protocol GeneralWork: AnyObject, Sendable {
    /// True if it only reads, which every node may do.
    var isView: Bool { get }
    /// Who asks.
    var actor: Actor { get }
    /// Decides. A thrown rejection means: take back what was written.
    func decide(in context: inout DecisionContext) throws(Rejection)
    /// The decision stands (or its rejection does): tell the caller.
    func complete(position: LogPosition, time: Timestamp)
    /// There is no decision: tell the caller.
    func fail(_ error: EngineError)
}
