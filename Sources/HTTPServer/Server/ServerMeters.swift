import API
import Engine

/// What the server counts of itself: connections, and how long claims take.
struct ServerMeters: ServerFigures {
    let gauge = ConnectionGauge()
    let latency = LatencyRecorder()

    var connectionsOpen: Int { gauge.open }
    var claimTimes: Histogram { latency.times }
    func claimAnswered(after nanoseconds: UInt64) { latency.add(nanoseconds) }
}
