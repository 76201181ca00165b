import Domain
import JSONText
import Wire

/// The idempotency key of a reward: there is one for a referral, a party and an occasion, for ever.
struct RewardKey: MemberValue {
    private let reward: Reward

    init(_ reward: Reward) {
        self.reward = reward
    }

    static var schema: JSONTree { Schema.text }

    private func text(_ showing: Showing) -> String {
        "reward:\(showing.ids.id(reward.referral)):\(reward.party.word):\(reward.trigger.word)"
    }

    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.string(text(showing)) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.cell(text(showing)) }
}
