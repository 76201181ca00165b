internal import Domain
internal import Projections
internal import Store

/// A part of the store that is derived from the tables of the state and kept beside them.
public enum DerivedPart: String, CaseIterable, Sendable {
    /// Which codes stand where, for lists by state.
    case codeStates = "the index of codes"
    /// Which holds stand where, for lists by state.
    case holdStates = "the index of holds"
    /// The figures of the metrics.
    case metrics = "the metrics"

    /// The parts that a node keeps.
    static func kept(metrics: Bool) -> [DerivedPart] {
        metrics ? [.codeStates, .holdStates, .metrics] : [.codeStates, .holdStates]
    }

    var projection: any Projection {
        switch self {
        case .codeStates: CodeStates()
        case .holdStates: HoldStates()
        case .metrics: MetricsProjection()
        }
    }
}
