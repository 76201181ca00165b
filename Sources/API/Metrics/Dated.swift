import Journal
import Projections

/// Figures, with the position and the time that they are true at.
struct Dated<Figures: Sendable>: Sendable {
    var figures: Figures
    var position: LogPosition
    var asOf: Timestamp

    init(_ figures: Figures, _ metrics: Metrics) {
        self.figures = figures
        position = metrics.position
        asOf = metrics.asOf
    }

    /// The members that all figures end with.
    static var members: [Member<Dated>] {
        [
            Member("position", "Where the log has all that is counted.") { $0.position },
            Member("as_of", "The time that the figures are judged by.") { $0.asOf },
        ]
    }
}
