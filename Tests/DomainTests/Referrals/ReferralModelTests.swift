import Foundation
import Journal
import Store
import TestSupport
import Testing

@testable import Domain

/// One random history of referrals and rewards against the oracle.
private final class ReferralHistory {
    private struct Place {
        var code: (number: EntityNumber, text: CodeText)
        var issuer: String?
        var campaign: Int
    }

    private let world: World
    private var random: SeededGenerator
    private var oracle: ReferralOracle
    private var campaigns: [EntityNumber] = []
    private var places: [Place] = []
    /// The redemptions of persons that are live, by code and person.
    private var claims: [String: (redemption: EntityNumber, referral: Int?)] = [:]
    private var holds: [String: EntityNumber] = [:]
    private var referrals: [EntityNumber] = []
    private var transitions = TransitionOracle()
    private static let people = (0..<7).map { "p\($0)" }

    init(seed: UInt64) throws {
        world = try World(seed: seed)
        random = SeededGenerator(seed: seed &* 104_729)
        let policies = ReferralHistory.policies(&random)
        oracle = ReferralOracle(policies: policies)
        for (index, policy) in policies.enumerated() {
            campaigns.append(try world.programme(ReferralHistory.text(policy), key: "c\(index)"))
            try expectEvents()
            for issuer in [nil, "p0", "p1", "p2", "p3"] as [String?] {
                let code = try world.code(of: issuer, in: campaigns[index])
                try expectEvents()
                places.append(Place(code: code, issuer: issuer, campaign: index))
            }
        }
    }

    private static func policies(_ random: inout SeededGenerator) -> [ReferralOracle.Policy] {
        typealias Terms = ReferralOracle.Terms
        func some<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
        let rich = ReferralOracle.Policy(
            cap: some(3), budget: some(300),
            rewards: [
                Terms(
                    party: .referrer, trigger: .onRedemption, amount: 30, hold: some(50),
                    tier: some((from: 2, amount: 45))),
                Terms(party: .referee, trigger: .onRedemption, amount: 20),
                Terms(party: .referrer, trigger: .onActivation, amount: 25, hold: some(40)),
                Terms(party: .referee, trigger: .onActivation, amount: 10, life: some(90)),
                Terms(party: .referrer, trigger: .onMilestone, amount: 70, milestone: 2),
            ])
        var family = rich
        family.family = "f"
        family.cap = 2
        family.rewards.removeFirst(2)
        return [rich, family, ReferralOracle.Policy(family: some("f")), ReferralOracle.Policy()]
    }

    private static func text(_ policy: ReferralOracle.Policy) -> String? {
        var members: [String] = []
        for party in RewardParty.allCases {
            let rewards = policy.rewards.filter { $0.party == party }.map { terms in
                var parts = [
                    "\"trigger\":\"\(terms.trigger.word)\"", "\"amount\":\(terms.amount)", "\"currency\":\"EUR\"",
                ]
                if let milestone = terms.milestone { parts.append("\"milestone\":\(milestone)") }
                if let hold = terms.hold { parts.append("\"hold_seconds\":\(hold)") }
                if let life = terms.life { parts.append("\"expire_seconds\":\(life)") }
                if let tier = terms.tier {
                    parts.append("\"tiers\":[{\"from\":\(tier.from),\"amount\":\(tier.amount)}]")
                }
                return "{\(parts.joined(separator: ","))}"
            }
            if !rewards.isEmpty { members.append("\"\(party.word)\":[\(rewards.joined(separator: ","))]") }
        }
        if let cap = policy.cap { members.append("\"per_referrer_total\":\(cap)") }
        if let budget = policy.budget { members.append("\"budget\":{\"amount\":\(budget),\"currency\":\"EUR\"}") }
        if let family = policy.family { members.append("\"family\":\"\(family)\"") }
        return members.isEmpty ? nil : "{\(members.joined(separator: ","))}"
    }

    /// Holds the events since the last call to what the rows say.
    func expectEvents() throws {
        let frame = try world.takeFrame()
        let expected = try transitions.transitions(of: frame.effects, at: world.now)
        #expect(frame.events.map(\.transition).sorted() == expected)
    }

    func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<45: try claim()
        case 45..<52: try confirmHold()
        case 52..<64: try release()
        case 64..<78: try qualify()
        case 78..<84: try endReward(.confirmed)
        case 84..<90: try endReward(.reversed)
        default:
            try world.advance(seconds: Int64.random(in: 1...40, using: &random))
            oracle.pass(world.now)
            holds = holds.filter { Holds.find($0.value, tenant: world.tenant, state: world.state)?.state == .held }
        }
    }

    private func claim() throws {
        guard let person = Self.people.randomElement(using: &random),
            let place = places.randomElement(using: &random)
        else { return }
        let key = "\(place.code.number.rawValue) \(person)"
        let isHold = Int.random(in: 0..<5, using: &random) == 0
        let email =
            Int.random(in: 0..<4, using: &random) == 0 ? ["p1@x", "\(person)@x"].randomElement(using: &random) : nil
        let isKnown = claims[key] != nil || holds[key] != nil
        let answer = try world.redeem(
            place.code, by: person, email: email, kind: isHold ? .hold(ttlSeconds: 30) : .redeem)
        let refers = place.issuer != nil || !oracle.policies[place.campaign].isBare
        if !isKnown, refers, let email { oracle.addresses[person] = email }
        if let known = claims[key] {
            #expect(!answer.isFresh && answer.redemption?.number == known.redemption)
            #expect((answer.redemption?.referral != nil) == (known.referral != nil))
        } else if let hold = answer.hold {
            holds[key] = hold.number
        } else {
            holds[key] = nil
            try settle(answer, key, person, place)
        }
    }

    private func confirmHold() throws {
        guard let key = holds.keys.sorted().randomElement(using: &random), let hold = holds[key] else { return }
        let parts = key.split(separator: " ").map(String.init)
        let place = try #require(places.first { "\($0.code.number.rawValue)" == parts[0] })
        holds[key] = nil
        try settle(try world.confirm(hold), key, parts[1], place)
    }

    /// A new redemption has the referral that the oracle gives it.
    private func settle(_ answer: Answer, _ key: String, _ person: String, _ place: Place) throws {
        let redemption = try #require(answer.redemption)
        let isReferred = oracle.attribute(person, by: place.issuer, in: place.campaign, now: world.now)
        #expect((redemption.referral != nil) == isReferred)
        claims[key] = (redemption.number, isReferred ? referrals.count : nil)
        if let referral = redemption.referral?.value { referrals.append(referral.number) }
    }

    private func release() throws {
        guard let key = claims.keys.sorted().randomElement(using: &random),
            let claim = claims.removeValue(forKey: key)
        else { return }
        _ = try world.releaseRedemption(claim.redemption)
        if let referral = claim.referral { oracle.release(referral) }
    }

    private func qualify() throws {
        guard let index = referrals.indices.randomElement(using: &random) else { return }
        let number = referrals[index]
        let works = oracle.qualify(index, world.now)
        let rejection = world.rejection { (context) throws(Rejection) in
            try Referrals.qualify(number, tenant: world.tenant, in: &context)
        }
        #expect((rejection == nil) == works)
    }

    /// Confirms or reverses a reward.
    private func endReward(_ state: RewardState) throws {
        let rewards = try all()
        guard let reward = rewards.randomElement(using: &random),
            let index = oracle.prizes.firstIndex(where: { isOf($0, reward) })
        else { return }
        let old = oracle.prizes[index].state
        let works =
            state == .confirmed ? [.granted, .held, .confirmed].contains(old) : old != .expired
        var rejection: Rejection?
        do throws(Rejection) {
            _ = state == .confirmed ? try world.confirmReward(reward.number) : try world.reverseReward(reward.number)
        } catch { rejection = error }
        #expect((rejection == nil) == works)
        if works { oracle.end(index, state) }
    }

    private func isOf(_ prize: ReferralOracle.Prize, _ reward: Reward) -> Bool {
        referrals[prize.referral] == reward.referral && prize.party == reward.party && prize.trigger == reward.trigger
    }

    private func all() throws -> [Reward] {
        try referrals.flatMap { number -> [Reward] in
            let referral = try #require(Referrals.find(number, tenant: world.tenant, state: world.state))
            return Rewards.of(referral, tenant: world.tenant, state: world.state).map(\.reward)
        }
    }

    /// Rows and sums say what the oracle says.
    func expectAgreement() throws {
        for (number, row) in zip(referrals, oracle.rows) {
            let referral = try #require(Referrals.find(number, tenant: world.tenant, state: world.state))
            #expect(referral.referrer.text == row.referrer && referral.referee.text == row.referee)
            #expect(referral.depth == UInt64(row.depth) && referral.status == row.status)
            #expect(referral.campaign == campaigns[row.campaign])
        }
        try expectLists()
        let snapshot = try world.snapshot()
        let rewards = try all()
        #expect(rewards.count == oracle.prizes.count)
        for reward in rewards {
            let prize = try #require(oracle.prizes.first { isOf($0, reward) })
            #expect(reward.state == prize.state && reward.amount == prize.amount)
        }
        for (index, campaign) in campaigns.enumerated() {
            let mine = oracle.prizes.filter { oracle.rows[$0.referral].campaign == index }
            #expect(try world.sums(campaign, in: snapshot) == sums(mine))
            if let budget = oracle.policies[index].budget {
                #expect(mine.filter(\.isLive).reduce(0) { $0 + $1.amount } <= budget)
            }
        }
        #expect(try world.sums(in: snapshot) == sums(oracle.prizes))
        for person in Self.people {
            let mine = oracle.prizes.filter {
                let row = oracle.rows[$0.referral]
                return ($0.party == .referrer ? row.referrer : row.referee) == person
            }
            #expect(try world.sums(of: person, in: snapshot) == sums(mine))
        }
        #expect(Invariants.check(snapshot) == [])
    }

    /// The lists by status and state are what the rows say, and a rebuild of their indexes writes the same bytes.
    private func expectLists() throws {
        let snapshot = try world.snapshot()
        for status in ReferralStatus.allCases {
            let listed = Referrals.list(ReferralQuery(tenant: world.tenant, status: status), in: snapshot).items
            #expect(listed.count == oracle.rows.count { $0.status == status })
        }
        for state in RewardState.allCases {
            let listed = Rewards.list(RewardQuery(tenant: world.tenant, state: state), in: snapshot).items
            #expect(listed.count == oracle.prizes.count { $0.state == state })
        }
        for projection in [ReferralStates(), RewardStates()] as [any Projection] {
            let before = records(snapshot, projection)
            try world.store.store.rebuildProjection(projection.id, recordsPerCommit: 13)
            #expect(records(try world.snapshot(), projection) == before)
        }
    }

    private func records(_ snapshot: Snapshot, _ projection: any Projection) -> [[UInt8]] {
        var records: [[UInt8]] = []
        for table in projection.tables {
            snapshot.scan(table.id, prefix: Key(), from: nil, descending: false) { key, value in
                records.append(key.withUnsafeBytes { Array($0) } + value.withUnsafeBytes { Array($0) })
                return true
            }
        }
        return records
    }

    private func sums(_ prizes: [ReferralOracle.Prize]) -> [String: [UInt64]] {
        Dictionary(grouping: prizes) { "EUR \($0.state.word)" }.mapValues { prizes in
            [UInt64(prizes.count), prizes.reduce(0) { $0 + $1.amount }]
        }
    }
}

extension ReferralOracle.Policy {
    fileprivate var isBare: Bool { rewards.isEmpty && family == nil }
}

@Suite struct `Random histories of referrals and rewards` {
    /// More of them on demand.
    private static let seeds =
        1...(ProcessInfo.processInfo.environment["USHER_TEST_HISTORIES"].flatMap { UInt64($0) } ?? 16)

    @Test(arguments: seeds)
    func `give the rows, the events and the sums that the oracle gives`(seed: UInt64) throws {
        let history = try ReferralHistory(seed: seed)
        for step in 1...120 {
            try history.step()
            try history.expectEvents()
            if step.isMultiple(of: 60) { try history.expectAgreement() }
        }
    }
}
