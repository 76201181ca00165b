/// One reward of a policy, as claims read it.
struct RewardTerms: Equatable {
    var party: RewardParty
    var trigger: RewardTrigger
    var type: RewardType
    var amount: UInt64?
    var unit: UInt32?
    var milestone: UInt64?
    var holdingSeconds: UInt32?
    var lifetimeSeconds: UInt32?
}
