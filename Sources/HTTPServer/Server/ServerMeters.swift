import API
import Engine

/// Counts the server's connections and the times of its claims.
struct ServerMeters: ServerFigures {
    let gauge = ConnectionGauge()
    let latency = LatencyRecorder()
    let answers = AnswerFigures()

    var connectionsOpen: Int { gauge.open }
    var claimTimes: Histogram { latency.times }
    func claimAnswered(after nanoseconds: UInt64) { latency.add(nanoseconds) }
}
