/// The rewards of one party of a referral, by what they were made for.
struct RewardsByTrigger: Equatable {
    var redemption: EntityNumber?
    var activation: EntityNumber?
    var milestone: EntityNumber?

    subscript(trigger: RewardTrigger) -> EntityNumber? {
        get {
            switch trigger {
            case .onRedemption: redemption
            case .onActivation: activation
            case .onMilestone: milestone
            }
        }
        set {
            switch trigger {
            case .onRedemption: redemption = newValue
            case .onActivation: activation = newValue
            case .onMilestone: milestone = newValue
            }
        }
    }
}
