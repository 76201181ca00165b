/// Something that a run does at random, again and again.
struct Step: Sendable {
    /// Steps of one lane come one after another; lanes run side by side.
    enum Lane: String, CaseIterable, Sendable {
        case claims, holds, administration, reads, strangers, links, nodes
    }

    let name: String
    let lane: Lane
    /// The weight of its choice among the steps of its lane.
    let weight: Int
    let run: @Sendable (Soak, inout Dice) async throws -> Void

    init(
        _ name: String, _ lane: Lane, weight: Int, _ run: @escaping @Sendable (Soak, inout Dice) async throws -> Void
    ) {
        (self.name, self.lane, self.weight, self.run) = (name, lane, weight, run)
    }

    /// Every step.
    static let all: [Step] =
        claimSteps + holdSteps + administrationSteps + readSteps + strangerSteps + linkSteps + nodeSteps

    /// Chooses by weight.
    static func choose(_ steps: [Step], using dice: inout Dice) -> Step? {
        let total = steps.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return nil }
        var rest = dice.number(0...total - 1)
        return steps.first { step in
            rest -= step.weight
            return rest < 0
        }
    }
}
