import Journal
import Store
import Testing

@testable import Domain

/// The words of a reward that tests compare.
struct RewardLine: Hashable, CustomStringConvertible {
    var party: RewardParty
    var trigger: RewardTrigger
    var state: RewardState
    var amount: UInt64?

    init(_ party: RewardParty, _ trigger: RewardTrigger, _ state: RewardState, _ amount: UInt64?) {
        (self.party, self.trigger, self.state, self.amount) = (party, trigger, state, amount)
    }

    init(_ reward: Reward) {
        self.init(reward.party, reward.trigger, reward.state, reward.amount)
    }

    var description: String { "\(party.word) \(trigger.word) \(state.word) \(amount.map(String.init) ?? "-")" }
}

extension World {
    /// A campaign whose codes refer by a policy.
    func programme(_ policy: String?, key: String = "friends", perUser: Int64 = 1000) throws -> EntityNumber {
        let command = CreateCampaign(
            tenant: tenant, key: key, name: key, type: "referral", status: "active", perUserLimit: perUser,
            rewardPolicy: policy.map(json))
        return try attempt { (context) throws(Rejection) in try Campaigns.create(command, in: &context) }.number
    }

    /// A code by which somebody refers.
    func code(
        of issuer: String?, in campaign: EntityNumber? = nil, maxUses: Int64 = 1000
    ) throws -> (number: EntityNumber, text: CodeText) {
        let terms = CodeTerms(
            campaign: campaign, maxUses: maxUses, issuer: try issuer.map { try #require(AccountID($0)) })
        let command = GenerateCodes(tenant: tenant, count: 1, terms: terms)
        let batch = try attempt { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
        return (batch.number(at: 0), try #require(CodeText(raw: batch.text(at: 0))))
    }

    /// An address as it reaches the sequencer.
    static func facts(_ address: String?) -> ClaimFacts? {
        address.map { ClaimFacts(email: FactHash(high: 1, low: UInt64($0.utf8.reduce(7) { $0 &* 31 &+ Int($1) }))) }
    }

    /// Redeems a code; gives the redemption.
    @discardableResult
    func redeem(
        _ code: (number: EntityNumber, text: CodeText), by redeemer: String, email: String? = nil,
        kind: ClaimKind = .redeem
    ) throws -> Answer {
        let command = ClaimCommand(
            tenant: tenant, target: .code(code.text), redeemer: try #require(AccountID(redeemer)), kind: kind,
            facts: World.facts(email))
        return Answer(run { Claims.decide(command, in: &$0) })
    }

    /// Redeems a code that refers; gives the referral.
    func refer(
        _ code: (number: EntityNumber, text: CodeText), _ redeemer: String, email: String? = nil
    ) throws -> Referral {
        try #require(try redeem(code, by: redeemer, email: email).redemption?.referral).value
    }

    @discardableResult
    func qualify(_ referral: Referral) throws(Rejection) -> QualifiedReferral {
        try attempt { (context) throws(Rejection) in
            try Referrals.qualify(referral.number, tenant: self.tenant, in: &context)
        }
    }

    @discardableResult
    func confirmReward(_ number: EntityNumber) throws(Rejection) -> Reward {
        try attempt { (context) throws(Rejection) in
            try Rewards.confirm(number, tenant: self.tenant, in: &context)
        }.reward
    }

    @discardableResult
    func reverseReward(_ number: EntityNumber, because reason: String = "chargeback") throws(Rejection) -> Reward {
        let command = ReverseReward(tenant: tenant, number: number, reason: reason)
        return try attempt { (context) throws(Rejection) in try Rewards.reverse(command, in: &context) }.reward
    }

    /// The referral as it stands.
    func current(_ referral: Referral) throws -> Referral {
        try #require(Referrals.find(referral.number, tenant: tenant, state: state))
    }

    /// The rewards of a referral.
    func rewards(of referral: Referral) throws -> [Reward] {
        Rewards.of(try current(referral), tenant: tenant, state: state).map(\.reward)
    }

    func lines(_ referral: Referral) throws -> Set<RewardLine> { Set(try rewards(of: referral).map { RewardLine($0) }) }

    /// The sums of a campaign's rewards, of all, or of a person's, by unit and state.
    func sums(
        _ campaign: EntityNumber? = nil, of person: String? = nil, in snapshot: Snapshot? = nil
    ) throws -> [String: [UInt64]] {
        let snapshot = try snapshot ?? self.snapshot()
        let sums =
            if let person {
                Rewards.sums(of: try #require(AccountID(person)), tenant: tenant, in: snapshot)
            } else {
                Rewards.sums(of: campaign, tenant: tenant, in: snapshot)
            }
        var found: [String: [UInt64]] = [:]
        for sum in sums.sums {
            found["\(sum.unit?.text ?? "-") \(sum.state.word)"] = [sum.total.count, sum.total.amount]
        }
        return found
    }

    func reject(_ command: PatchCampaign) -> Rejection? {
        rejection { (context) throws(Rejection) in try Campaigns.patch(command, in: &context) }
    }
}
