extension BenchReport.Outcomes {
    init(_ tally: PhaseTally) {
        granted = tally.granted
        already = tally.already
        held = tally.held
        confirmed = tally.confirmed
        released = tally.released
        refused = tally.refused.counts
    }

    mutating func add(_ other: Self) {
        granted += other.granted
        already += other.already
        held += other.held
        confirmed += other.confirmed
        released += other.released
        refused.merge(other.refused, uniquingKeysWith: +)
    }
}

extension BenchReport.Phase {
    init(_ tally: PhaseTally, name: String, seconds: Double, residentBytes: Double? = nil) {
        self.name = name
        self.seconds = seconds
        let length = max(seconds, 1e-9)
        offeredPerSecond = Double(tally.requests) / length
        goodputPerSecond = Double(tally.decided + tally.read) / length
        latencyMs = tally.latency.summary
        failureLatencyMs = tally.failureLatency.summary
        outcomes = BenchReport.Outcomes(tally)
        errors = tally.errors.counts
        self.residentBytes = residentBytes
    }
}
