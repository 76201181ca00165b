/// The rewards of a referral: one place for each party and trigger.
///
/// That place is the idempotency key of a reward. It is taken by the command that makes the reward and never given back,
/// so that there is one reward for a referral, a party and a trigger, whatever is repeated.
struct ReferralRewards: Equatable {
    var referrer = RewardsByTrigger()
    var referee = RewardsByTrigger()

    subscript(party: RewardParty, trigger: RewardTrigger) -> EntityNumber? {
        get {
            switch party {
            case .referrer: referrer[trigger]
            case .referee: referee[trigger]
            }
        }
        set {
            switch party {
            case .referrer: referrer[trigger] = newValue
            case .referee: referee[trigger] = newValue
            }
        }
    }

    /// The places that are taken, in the order of parties and triggers.
    func visit(_ visit: (RewardParty, RewardTrigger, EntityNumber) -> Void) {
        for party in RewardParty.allCases {
            for trigger in RewardTrigger.allCases {
                if let number = self[party, trigger] { visit(party, trigger, number) }
            }
        }
    }
}
