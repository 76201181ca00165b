import Journal
import Store
import Testing

@testable import Domain

@Suite struct `A reward` {
    private static let both = """
        {"referrer":[{"trigger":"on_redemption","amount":500,"currency":"EUR"},{"amount":900,"unit":"points"}],
         "referee":{"trigger":"on_redemption","amount":300,"currency":"EUR"}}
        """

    @Test func `is made for both sides in the claim's own command, and one of a later occasion is promised`() throws {
        let world = try World()
        let campaign = try world.programme(Self.both)
        let referral = try world.refer(try world.code(of: "ann", in: campaign), "bob")
        #expect(
            try world.lines(referral) == [
                RewardLine(.referrer, .onRedemption, .granted, 500), RewardLine(.referee, .onRedemption, .granted, 300),
                RewardLine(.referrer, .onActivation, .pending, 900),
            ])
        let rewards = try world.rewards(of: referral)
        #expect(rewards.map(\.beneficiary.text) == ["ann", "ann", "bob"])
        #expect(rewards.allSatisfy { $0.campaign == campaign && $0.referral == referral.number && $0.count == 1 })
        #expect(try world.qualify(referral).referral.status == .rewarded)
        #expect(try world.lines(referral).contains(RewardLine(.referrer, .onActivation, .granted, 900)))
        #expect(
            try world.sums(campaign) == ["EUR granted": [2, 800], "points granted": [1, 900]],
            "no sum has two units")
        #expect(try world.sums() == (try world.sums(campaign)))
        #expect(try world.sums(of: "ann") == ["EUR granted": [1, 500], "points granted": [1, 900]])
        #expect(try world.sums(of: "bob") == ["EUR granted": [1, 300]])
        #expect(try world.violations() == [])
    }

    @Test func `of one side is reversed, and the other's stays; it stays reversed with the first reason`() throws {
        let world = try World()
        let referral = try world.refer(try world.code(of: "ann", in: try world.programme(Self.both)), "bob")
        let rewards = try world.rewards(of: referral)
        let key = Actor.key(EntityNumber(rawValue: 42))
        world.actor = key
        for _ in 0..<8 {
            let reversed = try world.reverseReward(rewards[0].number, because: "fraud")
            #expect(reversed.state == .reversed && reversed.reason == "fraud" && reversed.actor == key)
            world.actor = .host
        }
        #expect(try world.reverseReward(rewards[0].number, because: "other").reason == "fraud")
        #expect(try world.current(referral).status == .pending)
        #expect(try world.rewards(of: referral).dropFirst().allSatisfy { !$0.isOver })
        // Nothing makes another one in its place.
        try world.qualify(referral)
        #expect(try world.rewards(of: referral).count == 3)
        #expect(try world.rewards(of: referral)[0].state == .reversed)
        #expect(throws: Rejection.self) { try world.confirmReward(rewards[0].number) }
        #expect(throws: Rejection.self) { try world.reverseReward(rewards[1].number, because: "") }
        #expect(
            throws: Rejection.self
        ) { try world.reverseReward(rewards[1].number, because: String(repeating: "x", count: 256)) }
        #expect(try world.violations() == [])
    }

    @Test func `that is granted is confirmed by the host, and one that is promised is not`() throws {
        let world = try World()
        let referral = try world.refer(try world.code(of: "ann", in: try world.programme(Self.both)), "bob")
        let rewards = try world.rewards(of: referral)
        #expect(
            throws: Rejection.conflict(
                code: "reward_pending", message: "The reward is promised and has not been granted yet.")
        ) { try world.confirmReward(rewards[1].number) }
        let confirmed = try world.confirmReward(rewards[0].number)
        #expect(confirmed.state == .confirmed && confirmed.confirmedAt == world.now)
        world.now = world.now.adding(seconds: 5)
        #expect(try world.confirmReward(rewards[0].number) == confirmed)
        #expect(try world.reverseReward(rewards[0].number).state == .reversed, "a payment can be taken back")
        #expect(try world.violations() == [])
    }

    @Test func `is held for its time, and final at its end to the millisecond`() throws {
        let world = try World()
        let campaign = try world.programme(
            #"{"referrer":{"trigger":"on_redemption","amount":5,"hold_seconds":100},"referee":{"hold_seconds":50}}"#)
        let referral = try world.refer(try world.code(of: "ann", in: campaign), "bob")
        #expect(
            try world.lines(referral) == [
                RewardLine(.referrer, .onRedemption, .held, 5), RewardLine(.referee, .onActivation, .pending, nil),
            ])
        try world.advance(seconds: 60)
        try world.qualify(referral)
        #expect(try world.lines(referral).contains(RewardLine(.referee, .onActivation, .held, nil)))
        try world.advance(seconds: 39)
        #expect(try world.lines(referral).contains(RewardLine(.referrer, .onRedemption, .held, 5)))
        try world.advance(seconds: 1)
        let rewards = try world.rewards(of: referral)
        #expect(rewards[0].state == .confirmed && rewards[0].actor == .clock && rewards[0].confirmedAt == world.now)
        #expect(rewards[1].state == .held)
        try world.advance(seconds: 10)
        #expect(try world.rewards(of: referral)[1].state == .confirmed)
        #expect(try world.snapshot().count(Tables.rewardDeadlines) == 0)
        #expect(try world.violations() == [])
    }

    @Test func `expires at the end of its life, counted anew from its grant, and gives back what it took`() throws {
        let world = try World()
        let campaign = try world.programme(
            """
            {"referrer":{"amount":5,"currency":"EUR","expire_seconds":100},"per_referrer_total":1,
             "budget":{"amount":5,"currency":"EUR"}}
            """)
        let code = try world.code(of: "ann", in: campaign)
        let first = try world.refer(code, "bob")
        #expect(try world.lines(first) == [RewardLine(.referrer, .onActivation, .pending, 5)])
        #expect(try world.lines(try world.refer(code, "cy")).isEmpty, "the cap is reached")
        try world.advance(seconds: 100)
        #expect(try world.lines(first) == [RewardLine(.referrer, .onActivation, .expired, 5)])
        let third = try world.refer(code, "dee")
        #expect(try world.lines(third) == [RewardLine(.referrer, .onActivation, .pending, 5)])
        try world.advance(seconds: 90)
        try world.qualify(third)
        try world.advance(seconds: 90)
        #expect(try world.lines(third) == [RewardLine(.referrer, .onActivation, .granted, 5)])
        try world.advance(seconds: 10)
        #expect(try world.lines(third) == [RewardLine(.referrer, .onActivation, .expired, 5)])
        #expect(throws: Rejection.self) { try world.reverseReward(try world.rewards(of: third)[0].number) }
        #expect(try world.qualify(first).referral.status == .qualified, "an expired one is not made anew")
        #expect(try world.sums(campaign) == ["EUR expired": [2, 10]])
        #expect(try world.violations() == [])
    }

    @Test func `beyond the cap of its referrer is not made: two among three, whoever comes`() throws {
        let world = try World()
        let campaign = try world.programme(
            """
            {"referrer":{"trigger":"on_redemption","amount":5},"referee":{"trigger":"on_redemption","amount":1},
             "per_referrer_total":2}
            """)
        let other = try world.programme(
            #"{"referrer":{"trigger":"on_redemption","amount":5},"per_referrer_total":2,"family":"other"}"#,
            key: "other")
        let code = try world.code(of: "ann", in: campaign)
        let referrals = try ["b", "c", "d"].map { try world.refer(code, $0) }
        let counts = try referrals.map { try world.rewards(of: $0).map(\.party) }
        #expect(counts == [[.referrer, .referee], [.referrer, .referee], [.referee]], "the other side's is made")
        // The cap is one campaign's.
        #expect(try world.rewards(of: try world.refer(try world.code(of: "ann", in: other), "b")).count == 1)
        try world.reverseReward(try world.rewards(of: referrals[0])[0].number)
        #expect(try world.rewards(of: try world.refer(code, "e")).count == 2, "a reversed one makes room")
        #expect(try world.rewards(of: try world.refer(code, "f")).count == 1)
        #expect(try world.violations() == [])
    }

    @Test func `is whole or not there: a budget that has not enough for both sides gives neither`() throws {
        let world = try World()
        let campaign = try world.programme(
            """
            {"referrer":{"trigger":"on_redemption","amount":60,"currency":"EUR"},
             "referee":[{"trigger":"on_redemption","amount":40,"currency":"EUR"},{"amount":7,"unit":"points"}],
             "budget":{"amount":150,"currency":"EUR"}}
            """)
        let code = try world.code(of: "ann", in: campaign)
        let first = try world.refer(code, "b")
        let second = try world.refer(code, "c")
        #expect(try world.rewards(of: first).count == 3)
        #expect(
            try world.lines(second) == [RewardLine(.referee, .onActivation, .pending, 7)],
            "50 are left, of which neither side's can be paid; another unit is no matter of the budget")
        let sums = Rewards.sums(of: campaign, tenant: world.tenant, in: try world.snapshot())
        #expect(sums.budget?.limit == 150 && sums.budget?.taken == 100 && sums.budget?.unit?.text == "EUR")
        try world.reverseReward(try world.rewards(of: first)[0].number)
        #expect(try world.rewards(of: try world.refer(code, "d")).count == 3, "110 are left")
        #expect(try world.violations() == [])
    }

    @Test func `counts against a budget that cannot be cut below what rewards have come to`() throws {
        let world = try World()
        let policy = { (budget: Int) in
            json(
                """
                {"referrer":{"trigger":"on_redemption","amount":60,"currency":"EUR"},
                 "budget":{"amount":\(budget),"currency":"EUR"}}
                """)
        }
        let campaign = try world.programme(String(decoding: policy(100), as: UTF8.self))
        let code = try world.code(of: "ann", in: campaign)
        _ = try world.refer(code, "b")
        #expect(try world.rewards(of: try world.refer(code, "c")).isEmpty)
        let patch = { (budget: Int) in
            PatchCampaign(tenant: world.tenant, number: campaign, rewardPolicy: .set(policy(budget)))
        }
        guard case .invalidFields(let errors)? = world.reject(patch(59)) else { throw CommandCatalogue.Missing() }
        #expect(errors.names == ["reward_policy.budget.amount"])
        #expect(world.reject(patch(60)) == nil && world.reject(patch(120)) == nil)
        #expect(try world.rewards(of: try world.refer(code, "d")).count == 1)
        #expect(try world.violations() == [])
    }

    @Test func `is of the tier and the milestone of the number of referrals, each of which is reached once`() throws {
        let world = try World()
        let campaign = try world.programme(
            """
            {"referrer":[
               {"trigger":"on_redemption","amount":10,"tiers":[{"from":3,"amount":20},{"from":5,"amount":30}]},
               {"trigger":"on_milestone","milestone":2,"amount":100},
               {"trigger":"on_milestone","milestone":4,"amount":200}],
             "referee":{"trigger":"on_milestone","milestone":2,"amount":7}}
            """)
        let code = try world.code(of: "ann", in: campaign)
        var amounts: [UInt64?] = []
        var milestones: [[UInt64?]] = []
        for index in 0..<6 {
            let referral = try world.refer(code, "p\(index)")
            amounts.append(try world.rewards(of: referral)[0].amount)
            if index == 2 {
                // A release takes no number away that was reached.
                _ = try world.releaseRedemption(referral.redemption)
                milestones.append([])
                continue
            }
            let rewards = try world.qualify(referral).rewards.map(\.reward)
            milestones.append(rewards.filter { $0.trigger == .onMilestone }.map(\.amount))
        }
        #expect(amounts == [10, 10, 20, 20, 30, 30])
        #expect(milestones == [[], [100, 7], [], [], [200], []])
        #expect(try world.violations() == [])
    }

    /// The ends of rewards whose redemption is released.
    private static let releases: [(policy: String, prepare: String, state: RewardState)] = [
        (#"{"referrer":{"trigger":"on_redemption"}}"#, "", .reversed),
        (#"{"referrer":{"trigger":"on_redemption","hold_seconds":9}}"#, "", .reversed),
        (#"{"referrer":{"trigger":"on_redemption","hold_seconds":9}}"#, "wait", .confirmed),
        (#"{"referrer":{"trigger":"on_redemption"}}"#, "confirm", .confirmed),
        (#"{"referrer":{"trigger":"on_redemption"}}"#, "qualify", .granted),
        (#"{"referrer":{}}"#, "", .reversed),
        (#"{"referrer":{}}"#, "qualify", .granted),
        (#"{"referrer":{"hold_seconds":9}}"#, "qualify", .reversed),
        (#"{"referrer":{"expire_seconds":9}}"#, "wait", .expired),
    ]

    @Test(arguments: releases.indices)
    func `is reversed with its redemption unless it was earned`(index: Int) throws {
        let (policy, prepare, state) = Self.releases[index]
        let world = try World()
        let referral = try world.refer(try world.code(of: "ann", in: try world.programme(policy)), "bob")
        switch prepare {
        case "qualify": try world.qualify(referral)
        case "confirm": try world.confirmReward(try world.rewards(of: referral)[0].number)
        // Nobody has settled what is due yet.
        case "wait": world.now = world.now.adding(seconds: 9)
        default: break
        }
        _ = try world.releaseRedemption(referral.redemption)
        let reward = try world.rewards(of: referral)[0]
        #expect(reward.state == state && (reward.reason == Referrals.releaseReason) == (state == .reversed))
        let status = try world.current(referral).status
        #expect(status == (prepare == "qualify" ? .rewarded : .reversed))
        #expect(try world.violations() == [])
        let before = try world.snapshot().computeDigest()
        _ = try world.releaseRedemption(referral.redemption)
        #expect(try world.snapshot().computeDigest() == before, "a second release changes nothing")
    }

    @Test func `that was not promised is made at the activation, by the policy of then`() throws {
        let world = try World()
        let campaign = try world.programme(nil)
        let referral = try world.refer(try world.code(of: "ann", in: campaign), "bob")
        try world.patch(
            PatchCampaign(
                tenant: world.tenant, number: campaign,
                rewardPolicy: .set(json(#"{"referrer":{"amount":4},"referee":{"trigger":"on_redemption"}}"#))))
        try world.qualify(referral)
        #expect(try world.lines(referral) == [RewardLine(.referrer, .onActivation, .granted, 4)])
        try world.patch(PatchCampaign(tenant: world.tenant, number: campaign, rewardPolicy: .set(nil)))
        #expect(try world.lines(try world.refer(try world.code(of: "ann", in: campaign), "cy")).isEmpty)
        #expect(try world.violations() == [])
    }

    @Test func `is listed by state, party, beneficiary, campaign and referral, with an index or without`() throws {
        for projections in [StateIndexes.all, []] {
            let world = try World(projections: projections)
            let one = try world.programme(Self.both, key: "one")
            let two = try world.programme(#"{"referrer":{"hold_seconds":5},"family":"two"}"#, key: "two")
            let codes = [try world.code(of: "ann", in: one), try world.code(of: "ben", in: two)]
            var all: [Reward] = []
            for person in 0..<24 {
                let referral = try world.refer(codes[person % 2], "p\(person)")
                if person % 4 < 2 { try world.qualify(referral) }
                let rewards = try world.rewards(of: referral)
                if person % 5 == 0 { try world.reverseReward(rewards[0].number) }
                all += try world.rewards(of: referral)
            }
            let rows = all.sorted { $0.number > $1.number }
            let snapshot = try world.snapshot()
            let filters: [(RewardParty?, String?)] = [(nil, nil), (.referrer, nil), (nil, "ann"), (.referee, "p4")]
            for campaign in [nil, one, two] {
                for state in [nil] + RewardState.allCases {
                    for (party, person) in filters {
                        let expected = rows.filter {
                            (campaign == nil || $0.campaign == campaign) && (state == nil || $0.state == state)
                                && (party == nil || $0.party == party)
                                && (person == nil || $0.beneficiary.text == person)
                        }
                        var query = RewardQuery(
                            tenant: world.tenant, state: state, party: party,
                            beneficiary: person.flatMap { AccountID($0) }, campaign: campaign,
                            page: PageRequest(limit: 5))
                        var found: [Reward] = []
                        repeat {
                            let page = Rewards.list(query, in: snapshot)
                            found += page.items.map(\.reward)
                            query.page.after = page.next
                        } while query.page.after != nil
                        #expect(found == expected)
                    }
                }
            }
            let query = RewardQuery(tenant: world.tenant, referral: rows[0].referral)
            #expect(
                Rewards.list(query, in: snapshot).items.map(\.reward) == rows.filter { $0.referral == rows[0].referral }
            )
        }
    }
}
