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
}
