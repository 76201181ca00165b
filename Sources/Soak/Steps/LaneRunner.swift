/// Runs the steps of a lane until the run is over.
struct LaneRunner: Sendable {
    let soak: Soak
    let lane: Step.Lane
    /// The number of this worker of the lane: each has its own dice.
    let worker: Int

    /// The range of a lane's rests between two steps, in milliseconds.
    private var restMilliseconds: ClosedRange<Int> {
        switch lane {
        case .claims:
            let milliseconds = 1000 * LaneRunner.workers(.claims) / max(1, soak.plan.claimsPerSecond)
            return milliseconds / 2...max(1, milliseconds * 3 / 2)
        case .holds: return 10...100
        case .administration: return 100...900
        case .reads: return 50...400
        case .strangers: return 300...2500
        case .links: return 500...4000
        case .nodes: return 700...5000
        }
    }

    /// The number of workers of a lane.
    static func workers(_ lane: Step.Lane) -> Int {
        switch lane {
        case .claims: 6
        case .holds: 2
        default: 1
        }
    }

    func run() async {
        var dice = Dice(seed: soak.plan.seed, lane: "\(lane.rawValue) \(worker)")
        let steps = soak.plan.steps.filter { $0.lane == lane }
        let isWritten = lane == .nodes || lane == .links || lane == .strangers
        while !soak.isOver {
            await soak.rest(.milliseconds(dice.number(restMilliseconds)))
            guard !soak.isOver, let step = Step.choose(steps, using: &dice) else { return }
            // Each step has dice of its own, so that the number of its choices does not change the next step.
            var own = Dice(seed: dice.next(), lane: step.name)
            let name = "\(lane.rawValue) \(worker)"
            soak.log.begin(step.name, lane: name, isWritten: isWritten)
            do {
                try await step.run(soak, &own)
            } catch let failure as SoakFailure {
                soak.findings.report(.processesLive, "\(step.name): \(failure)")
            } catch {
                // A connection that ended or waited too long: its claims are noted as unknown where they were made.
            }
            soak.log.end(lane: name)
        }
    }
}
