internal import Store

/// The table of rewards by the time at which the clock brings them to their next state.
enum RewardDeadlineRecord: Record {
    static let table = Tables.rewardDeadlines
    static let name: StaticString = "reward_deadlines"
    static var personalData: PersonalData<RewardDeadlineRecord> { .none }

    static func check<State: StateScanning>(
        _ id: RewardDeadline, _ value: Nothing, in check: inout InvariantCheck<State>
    ) {
        let row = check.find(RewardRecord.self, EntityKey(tenant: id.tenant, number: id.number))
        check.require(
            row?.dueAt == id.due, "reward_deadline",
            "reward \(id.number.rawValue) is not due when its deadline says so")
    }
}
