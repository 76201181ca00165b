import Domain
import Journal

/// Computes referrals and rewards the slow way: every count and sum is taken over all rows that ever were.
struct ReferralOracle {
    struct Terms {
        var party: RewardParty
        var trigger: RewardTrigger
        var amount: UInt64
        var milestone: Int?
        var hold: Int64?
        var life: Int64?
        /// From a number of referrals on, another amount.
        var tier: (from: Int, amount: UInt64)?
    }

    struct Policy {
        var family: String?
        var cap: Int?
        var budget: UInt64?
        var rewards: [Terms] = []
    }

    struct Row {
        var campaign: Int
        var referrer: String
        var referee: String
        var depth: Int
        var family: String?
        var status = ReferralStatus.pending
    }

    struct Prize: Equatable {
        var referral: Int
        var party: RewardParty
        var trigger: RewardTrigger
        var amount: UInt64
        var state: RewardState
        var hold: Int64?
        var life: Int64?
        var due: Timestamp?
        var isLive: Bool { state != .reversed && state != .expired }
    }

    var policies: [Policy]
    var rows: [Row] = []
    var prizes: [Prize] = []
    var addresses: [String: String] = [:]

    /// Adds the referral of a new redemption, if there is one; says if it did.
    mutating func attribute(_ referee: String, by referrer: String?, in campaign: Int, now: Timestamp) -> Bool {
        let family = policies[campaign].family
        guard let referrer, referrer != referee else { return false }
        if let mine = addresses[referee], mine == addresses[referrer] { return false }
        let others = rows.filter { $0.family == family }
        guard !others.contains(where: { $0.referee == referee || $0.referrer == referee }) else { return false }
        let depth = 1 + (others.first { $0.referee == referrer }?.depth ?? 0)
        rows.append(Row(campaign: campaign, referrer: referrer, referee: referee, depth: depth, family: family))
        let count = rows.filter { $0.campaign == campaign && $0.referrer == referrer }.count
        give(.onRedemption, to: rows.count - 1, count: count, isPromise: false, now: now)
        give(.onActivation, to: rows.count - 1, count: count, isPromise: true, now: now)
        return true
    }

    private mutating func give(
        _ trigger: RewardTrigger, to referral: Int, count: Int, isPromise: Bool, now: Timestamp
    ) {
        let row = rows[referral]
        let policy = policies[row.campaign]
        let inCampaign = prizes.filter { rows[$0.referral].campaign == row.campaign && $0.isLive }
        let wanted = policy.rewards.filter { terms in
            guard terms.trigger == trigger, terms.milestone == nil || terms.milestone == count else { return false }
            if prizes.contains(where: { $0.referral == referral && $0.party == terms.party && $0.trigger == trigger }) {
                return false
            }
            guard terms.party == .referrer, let cap = policy.cap else { return true }
            return inCampaign.filter { $0.party == .referrer && rows[$0.referral].referrer == row.referrer }.count < cap
        }
        let amount = { (terms: Terms) -> UInt64 in
            if let tier = terms.tier, count >= tier.from { tier.amount } else { terms.amount }
        }
        if let budget = policy.budget {
            let needed = wanted.reduce(0) { $0 + amount($1) }
            if needed > 0, needed + inCampaign.reduce(0, { $0 + $1.amount }) > budget { return }
        }
        for terms in wanted {
            var prize = Prize(
                referral: referral, party: terms.party, trigger: trigger, amount: amount(terms), state: .pending,
                hold: terms.hold, life: terms.life, due: terms.life.map { now.adding(seconds: $0) })
            if !isPromise { grant(&prize, now) }
            prizes.append(prize)
        }
    }

    private func grant(_ prize: inout Prize, _ now: Timestamp) {
        prize.state = prize.hold == nil ? .granted : .held
        prize.due = (prize.hold ?? prize.life).map { now.adding(seconds: $0) }
    }

    /// Does what the clock does.
    mutating func pass(_ now: Timestamp) {
        for index in prizes.indices {
            guard let due = prizes[index].due, due <= now else { continue }
            prizes[index].due = nil
            switch prizes[index].state {
            case .held: prizes[index].state = .confirmed
            case .pending, .granted: prizes[index].state = .expired
            default: break
            }
        }
    }

    /// False where it was reversed.
    mutating func qualify(_ referral: Int, _ now: Timestamp) -> Bool {
        switch rows[referral].status {
        case .reversed: return false
        case .qualified, .rewarded: return true
        case .pending: break
        }
        rows[referral].status = .qualified
        for index in prizes.indices where prizes[index].referral == referral && prizes[index].state == .pending {
            grant(&prizes[index], now)
        }
        let mine = rows.filter {
            $0.campaign == rows[referral].campaign && $0.referrer == rows[referral].referrer
        }
        give(.onActivation, to: referral, count: mine.count, isPromise: false, now: now)
        let qualified = mine.filter { $0.status == .qualified || $0.status == .rewarded }.count
        give(.onMilestone, to: referral, count: qualified, isPromise: false, now: now)
        let isRewarded = prizes.contains { $0.referral == referral && $0.isLive && $0.state != .pending }
        if isRewarded { rows[referral].status = .rewarded }
        return true
    }

    mutating func release(_ referral: Int) {
        let isQualified = rows[referral].status == .qualified || rows[referral].status == .rewarded
        if rows[referral].status == .pending { rows[referral].status = .reversed }
        for index in prizes.indices where prizes[index].referral == referral && prizes[index].isLive {
            let isEarned = prizes[index].state == .confirmed || prizes[index].state == .granted && isQualified
            if !isEarned { end(index, .reversed) }
        }
    }

    mutating func end(_ index: Int, _ state: RewardState) {
        prizes[index].state = state
        prizes[index].due = nil
    }
}
