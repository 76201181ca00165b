/// The results of the loads of a run, phase by phase.
struct HTTPLoad: Sendable {
    /// A phase and its place in the run.
    struct Phase: Sendable {
        var name: String
        var tally: PhaseTally
        var seconds: Double
        var isMeasured: Bool
        /// True if it is among the figures of the whole run; reads and the search for the capacity stand alone.
        var counts: Bool
        var residentBytes: Double?
    }

    var phases: [Phase] = []
    var ledger = ClaimLedger()
    var timeline: [TimelinePoint] = []
    /// The number of redeemers who asked for a place, where it is fixed and all of them did.
    var demand: Int?
    /// The first number that no redeemer has.
    var numbersUsed = 0
    /// The server's figures, where the load proper began later than the run.
    var figuresBefore: ServerFigures?
    /// Claims that were decided before that.
    var claimsBefore = 0

    /// Claims decided in all phases, the warm-up too.
    var claimsInAll: Int { phases.reduce(0) { $0 + $1.tally.decided } }

    /// The phases that the figures of the run are made of.
    var counted: [Phase] { phases.filter { $0.isMeasured && $0.counts } }

    /// The latencies of the run.
    var latency: LatencyHistogram {
        counted.reduce(into: LatencyHistogram()) { $0.merge($1.tally.latency) }
    }

    /// Adds a load that ran after those before.
    mutating func append(_ result: LoadRun.Result, of plan: LoadPlan, counts: Bool = true, memory: [Double?] = []) {
        var begin = 0.0
        for (index, phase) in plan.phases.enumerated() {
            let length = min(phase.pace.seconds, max(0, result.seconds - begin))
            begin += phase.pace.seconds
            phases.append(
                Phase(
                    name: phase.name, tally: result.phases[index], seconds: length, isMeasured: phase.isMeasured,
                    counts: counts, residentBytes: index < memory.count ? memory[index] : nil))
        }
        ledger.merge(result.ledger)
        timeline.append(following: result.timeline)
    }
}
