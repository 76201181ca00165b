import Journal
import Store
import TestSupport
import Testing

@testable import Domain

@Suite struct `A reward policy` {
    private static func errors(_ policy: String) -> [String] {
        var errors = FieldErrors()
        _ = RewardPolicyRules.read(json(policy), errors: &errors)
        return errors.names
    }

    /// Policies that are not taken, and the members that are named.
    private static let faults: [(String, [String])] = [
        (#"{"referrer":{"trigger":"on_milestone"}}"#, ["referrer.milestone"]),
        (#"{"referrer":{"milestone":3}}"#, ["referrer.milestone"]),
        (#"{"referrer":{"trigger":"on_milestone","milestone":0}}"#, ["referrer.milestone"]),
        (#"{"referrer":[{},{"trigger":"on_activation"}]}"#, ["referrer.1.trigger"]),
        (
            #"{"referrer":[{"trigger":"on_milestone","milestone":3},{"trigger":"on_milestone","milestone":3}]}"#,
            ["referrer.1.milestone"]
        ),
        (#"{"referrer":[7]}"#, ["referrer.0"]), (#"{"referee":"x"}"#, ["referee"]),
        (#"{"referee":{"amount":1.5}}"#, ["referee.amount"]), (#"{"referee":{"amount":-1}}"#, ["referee.amount"]),
        (#"{"referee":{"amount":1000000000001}}"#, ["referee.amount"]),
        (#"{"referee":{"currency":"EUX"}}"#, ["referee.currency"]),
        (#"{"referee":{"currency":"eur"}}"#, ["referee.currency"]),
        (#"{"referee":{"currency":"EUR","unit":"points"}}"#, ["referee.currency"]),
        (#"{"referee":{"hold_seconds":0}}"#, ["referee.hold_seconds"]),
        (#"{"referee":{"expire_seconds":315360001}}"#, ["referee.expire_seconds"]),
        (
            #"{"referee":{"trigger":"on_redemption","hold_seconds":5,"expire_seconds":5}}"#,
            ["referee.expire_seconds"]
        ),
        (#"{"referrer":{"tiers":[{"from":2,"amount":1},{"from":2,"amount":3}]}}"#, ["referrer.tiers.1.from"]),
        (#"{"referrer":{"tiers":[{"from":2}]}}"#, ["referrer.tiers.0"]),
        (#"{"referrer":{"tiers":[{"from":2,"amount":1,"x":2}]}}"#, ["referrer.tiers.0.x"]),
        (#"{"referrer":{"trigger":"on_milestone","milestone":3,"tiers":[]}}"#, ["referrer.tiers"]),
        (#"{"budget":{"amount":5}}"#, ["budget"]), (#"{"budget":7}"#, ["budget"]),
        (#"{"referrer":{"amount":1,"currency":"EUR"},"budget":{"amount":5,"currency":"USD"}}"#, ["budget"]),
        (#"{"referrer":{"amount":1},"budget":{}}"#, ["budget.amount"]),
        (#"{"family":""}"#, ["family"]), (#"{"family":7}"#, ["family"]),
        (#"{"referrer":{"typ":"perk"}}"#, ["referrer.typ"]), (#"{"per_referrer_total":1.5}"#, ["per_referrer_total"]),
    ]

    @Test(arguments: faults.indices)
    func `is refused with the member that is wrong`(index: Int) {
        let (policy, names) = Self.faults[index]
        #expect(Self.errors(policy) == names.map { "reward_policy.\($0)" }, "\(policy)")
    }

    @Test(arguments: [
        "{}", #"{"referrer":null,"referee":null,"per_referrer_total":null,"budget":null,"family":null}"#,
        #"{"referrer":{"type":"credit","amount":500,"unit":"EUR","trigger":"on_activation"},"per_referrer_total":"10"}"#,
        #"{"referrer":[],"referee":{"type":"tier_upgrade"}}"#,
        #"{"referrer":{"hold_seconds":5,"expire_seconds":7,"amount":3},"budget":{"amount":0}}"#,
    ])
    func `that is good is taken`(policy: String) {
        #expect(Self.errors(policy).isEmpty)
    }

    @Test func `has at most ten milestones for a side and fifteen tiers for a reward`() {
        let milestones = (1...11).map { #"{"trigger":"on_milestone","milestone":\#($0)}"# }
        let list = { (count: Int) in "{\"referee\":[\(milestones.prefix(count).joined(separator: ","))]}" }
        #expect(Self.errors(list(10)).isEmpty && Self.errors(list(11)) == ["reward_policy.referee.10.milestone"])
        let tiers = (1...16).map { #"{"from":\#($0),"amount":1}"# }
        let tiered = { (count: Int) in "{\"referee\":{\"tiers\":[\(tiers.prefix(count).joined(separator: ","))]}}" }
        #expect(Self.errors(tiered(15)).isEmpty && Self.errors(tiered(16)) == ["reward_policy.referee.tiers"])
    }

    @Test func `of the largest size fits the record that claims read, and comes back from it`() throws {
        let world = try World()
        let reward = { (trigger: String) in
            let tiers = (1...15).map { "{\"from\":\(999_999_900 + $0),\"amount\":1000000000000}" }
            return """
                {"trigger":"\(trigger)","amount":1000000000000,"currency":"EUR","tiers":[\(tiers.joined(separator: ","))]}
                """
        }
        let milestones = (1...10).map {
            """
            {"trigger":"on_milestone","milestone":\(999_999_900 + $0),"amount":1000000000000,"currency":"EUR",
             "hold_seconds":315360000}
            """
        }
        let side = "[\(([reward("on_redemption"), reward("on_activation")] + milestones).joined(separator: ","))]"
        let campaign = try world.programme(
            """
            {"referrer":\(side),"referee":\(side),"per_referrer_total":999999999,"family":"f",
             "budget":{"amount":9007199254740991,"currency":"EUR"}}
            """)
        let policy = try #require(RewardPolicies.find(campaign, tenant: world.tenant, state: world.state))
        #expect(policy.rewards.count == 24 && policy.tiers.count == 60)
        let bytes = RewardPolicyRecord.bytes(policy)
        #expect(bytes.count <= ValueWriter.capacityMax)
        let key = EntityKey(tenant: world.tenant, number: campaign)
        #expect(try RewardPolicyRecord.value(key, bytes) == policy)
        #expect(try world.violations() == [])
    }

    @Test func `names a currency by its code: as a unit it is the same currency`() throws {
        let world = try World()
        let one = try world.programme(#"{"referrer":{"unit":"EUR","trigger":"on_redemption","amount":2}}"#, key: "one")
        let two = try world.programme(
            #"{"referrer":{"currency":"EUR","trigger":"on_redemption","amount":3},"family":"two"}"#, key: "two")
        _ = try world.refer(try world.code(of: "ann", in: one), "b")
        _ = try world.refer(try world.code(of: "ann", in: two), "b")
        #expect(try world.sums() == ["EUR granted": [2, 5]])
        #expect(try world.sums(one) == ["EUR granted": [1, 2]] && (try world.sums(of: "ann")) == (try world.sums()))
        let sums = Rewards.sums(of: nil, tenant: world.tenant, in: try world.snapshot())
        #expect(sums.sums.map { $0.unit?.kind } == [.currency])
        #expect(Currencies.codes.count == 183 && Currencies.codes.allSatisfy { $0.utf8.count == 3 })
    }

    @Test func `that an earlier version stored is read when the node begins to decide: what is good of it`() throws {
        let world = try World()
        let campaign = try world.programme(nil)
        let bare = try world.campaign("bare")
        // As it was taken before: a milestone that nothing reaches, an amount that is too large.
        let stored = json(
            #"{"referrer":{"trigger":"on_redemption","amount":5},"referee":{"trigger":"on_milestone","amount":7}}"#)
        for number in [campaign, bare] {
            var row = try #require(Campaigns.row(number, tenant: world.tenant, state: world.state))
            row.hasDocument = true
            let document = number == campaign ? Document(rewardPolicy: stored) : Document(description: json("text"))
            document.insert(number, tenant: world.tenant, in: world.state)
            let kept = row
            world.state.put(Tables.campaigns, RecordKeys.entity(world.tenant, number)) { kept.encode(to: &$0) }
        }
        #expect(try world.violations() == [])
        let code = try world.code(of: "ann", in: campaign)
        #expect(try world.lines(try world.refer(code, "b")).isEmpty)
        let repairs = StateRepairs(of: try world.snapshot())
        world.run { repairs.make(in: &$0) }
        #expect(try world.lines(try world.refer(code, "c")) == [RewardLine(.referrer, .onRedemption, .granted, 5)])
        #expect(try world.snapshot().count(Tables.rewardPolicies) == 1)
        #expect(try world.violations().map(\.rule) == [])
        let digest = try world.snapshot().computeDigest()
        let again = StateRepairs(of: try world.snapshot())
        world.run { again.make(in: &$0) }
        #expect(try world.snapshot().computeDigest() == digest, "once")
    }

    @Test func `gives its words numbers that differ, also where their hashes begin alike`() throws {
        let world = try World()
        let word = RewardWord(kind: .unit, text: "points")
        let place = RewardWords.place(of: word) { _ in nil }
        // Another word has the place.
        let key = RewardWordKey(tenant: world.tenant, word: place.number)
        world.state.insert(RewardWordRecord.self, key, RewardWord(kind: .family, text: "points"))
        let number = RewardWords.keep(word, tenant: world.tenant, in: world.state)
        #expect(number == place.number &+ 1 && RewardWords.keep(word, tenant: world.tenant, in: world.state) == number)
        #expect(RewardWords.find(number, tenant: world.tenant, state: world.state) == word)
        #expect(RewardWords.number(of: word, tenant: TenantNumber(rawValue: 9), state: world.state) == nil)
    }
}
