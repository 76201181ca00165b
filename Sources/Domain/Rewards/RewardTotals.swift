internal import Store

/// The rewards of one unit by state: what sums and the budget are read from.
///
/// A unit is never mixed with another, so that no sum has two currencies.
struct RewardTotals: Equatable {
    var pending = RewardTotal()
    var granted = RewardTotal()
    var held = RewardTotal()
    var confirmed = RewardTotal()
    var reversed = RewardTotal()
    var expired = RewardTotal()

    subscript(state: RewardState) -> RewardTotal {
        get {
            switch state {
            case .pending: pending
            case .granted: granted
            case .held: held
            case .confirmed: confirmed
            case .reversed: reversed
            case .expired: expired
            }
        }
        set {
            switch state {
            case .pending: pending = newValue
            case .granted: granted = newValue
            case .held: held = newValue
            case .confirmed: confirmed = newValue
            case .reversed: reversed = newValue
            case .expired: expired = newValue
            }
        }
    }

    /// The amounts that count against a budget: of all rewards that are neither reversed nor expired.
    var taken: UInt64 { pending.amount &+ granted.amount &+ held.amount &+ confirmed.amount }

    /// Counts a reward.
    mutating func add(_ reward: Reward) { self[reward.state].add(reward.amount ?? 0) }

    /// Counts a reward in another state than before.
    mutating func move(_ reward: Reward, from old: RewardState) {
        self[old].subtract(reward.amount ?? 0)
        add(reward)
    }

    /// Adds up the totals of several things.
    mutating func add(_ others: RewardTotals) {
        for state in RewardState.allCases {
            self[state].count &+= others[state].count
            self[state].amount &+= others[state].amount
        }
    }

    init() {}

    func encode(to writer: inout ValueWriter) {
        for state in RewardState.allCases {
            writer.append(compact: self[state].count)
            writer.append(compact: self[state].amount)
        }
    }

    /// Reads a record.
    init(decoding bytes: RawSpan) throws(RecordDamage) {
        var reader = ValueReader(bytes)
        for state in RewardState.allCases {
            self[state] = RewardTotal(count: reader.compact(), amount: reader.compact())
        }
        try reader.finish()
    }

    /// Reads what is a record.
    static func decode(_ bytes: RawSpan) -> RewardTotals {
        trusted("reward_totals") { () throws(RecordDamage) in try RewardTotals(decoding: bytes) }
    }
}

extension StateReading {
    /// The rewards of a campaign in a unit; of all campaigns without one.
    func rewardTotals(of campaign: EntityNumber?, unit: UInt32, tenant: TenantNumber) -> RewardTotals {
        read(Tables.rewardTotals, RecordKeys.rewardTotals(tenant, campaign, unit)) { RewardTotals.decode($0) }
            ?? RewardTotals()
    }
}
