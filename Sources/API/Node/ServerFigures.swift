package import Engine

/// Figures for the metrics that only the server knows.
package protocol ServerFigures: Sendable {
    /// Connections that are open.
    var connectionsOpen: Int { get }
    /// The times of claims, from the last byte read to the answer.
    var claimTimes: Histogram { get }
    /// The answers by route, method and status.
    var answers: AnswerFigures { get }
    /// Takes note of a claim that was decided.
    func claimAnswered(after nanoseconds: UInt64)
}
