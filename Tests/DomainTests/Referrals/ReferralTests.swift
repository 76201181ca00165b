import Journal
import Store
import Testing

@testable import Domain

@Suite struct `A referral` {
    @Test func `is made by the claim of a code with an issuer, and answered with it, also when it is repeated`() throws
    {
        let world = try World()
        let campaign = try world.programme(nil)
        let code = try world.code(of: "ann", in: campaign)
        let referral = try world.refer(code, "bob")
        #expect(referral.referrer.text == "ann" && referral.referee.text == "bob" && referral.depth == 1)
        #expect(referral.campaign == campaign && referral.code == code.number && referral.status == .pending)
        #expect(referral.attributedAt == world.now && referral.scope == 0)
        let again = try world.redeem(code, by: "bob")
        #expect(!again.isFresh && again.redemption?.referral?.value == referral)
        #expect(again.redemption?.number == referral.redemption)
        #expect(try world.redeem(try world.code(of: nil, in: campaign), by: "cy").redemption?.referral == nil)
        #expect(try world.violations() == [])
    }

    @Test func `is made of a code that stands alone, too, and of a hold when it is confirmed`() throws {
        let world = try World()
        let alone = try world.code(of: "ann")
        #expect(try world.refer(alone, "bob").campaign == nil)
        let hold = try #require(try world.redeem(alone, by: "cy", kind: .hold(ttlSeconds: 60)).hold)
        #expect(try world.confirm(hold.number).redemption?.referral?.value.referee.text == "cy")
        _ = try world.redeem(alone, by: "dee", kind: .hold(ttlSeconds: 60))
        #expect(try world.refer(alone, "dee").referee.text == "dee")
        let late = try #require(try world.redeem(alone, by: "eve", kind: .hold(ttlSeconds: 5)).hold)
        try world.advance(seconds: 6)
        #expect(try world.confirm(late.number).redemption?.referral?.value.referee.text == "eve")
        let answer = try world.confirm(late.number)
        #expect(!answer.isFresh && answer.redemption?.referral?.value.referee.text == "eve")
        #expect(try world.violations() == [])
    }

    @Test func `is the first and only one of a person in the tenant, and in each family of campaigns`() throws {
        let world = try World()
        let spring = try world.programme(#"{"family":"spring"}"#, key: "spring-1")
        let later = try world.programme(#"{"family":"spring","referee":{}}"#, key: "spring-2")
        let autumn = try world.programme(#"{"family":"autumn"}"#, key: "autumn")
        let plain = try world.programme(nil, key: "plain")
        #expect(try world.refer(try world.code(of: "ann", in: spring), "bob").referrer.text == "ann")
        #expect(try world.redeem(try world.code(of: "cy", in: later), by: "bob").redemption?.referral == nil)
        #expect(try world.refer(try world.code(of: "cy", in: autumn), "bob").referrer.text == "cy")
        #expect(try world.refer(try world.code(of: "dee", in: plain), "bob").referrer.text == "dee")
        #expect(try world.redeem(try world.code(of: "ann"), by: "bob").redemption?.referral == nil)
        let page = Referrals.list(
            ReferralQuery(tenant: world.tenant, referee: AccountID("bob")), in: try world.snapshot())
        #expect(page.items.map(\.referrer.text) == ["dee", "cy", "ann"])
        #expect(try world.violations() == [])
    }

    @Test func `is of nobody with themselves: the claim succeeds, and the abuse gate is told`() throws {
        let world = try World()
        let code = try world.code(of: "ann", in: try world.programme(#"{"referrer":{}}"#))
        let command = ClaimCommand(
            tenant: world.tenant, target: .code(code.text), redeemer: try #require(AccountID("ann")))
        var context = DecisionContext(state: world.state, now: world.now, random: world.random)
        guard case .redeemed(let redemption, already: false) = Claims.decide(command, in: &context) else {
            throw CommandCatalogue.Missing()
        }
        #expect(redemption.referral == nil && !redemption.hasReferral && context.referralSignals.selfReferrals == 1)
        // Once she has brought herself in, she can still bring others.
        #expect(try world.refer(code, "bob").depth == 1)
    }

    @Test(arguments: [(String?.none, true), ("ann@shop", false), ("bob@shop", true)])
    func `is of nobody under another account with the same address`(email: String?, isMade: Bool) throws {
        let world = try World()
        let campaign = try world.programme(#"{"referrer":{}}"#)
        // Her address is known from a claim of her own, in any campaign that refers.
        _ = try world.redeem(try world.code(of: nil, in: campaign), by: "ann", email: "ann@shop")
        let code = try world.code(of: "ann", in: campaign)
        #expect((try world.redeem(code, by: "bob", email: email).redemption?.referral != nil) == isMade)
        // A hold keeps the address for when it is confirmed.
        let hold = try #require(
            try world.redeem(code, by: "cy", email: email, kind: .hold(ttlSeconds: 60)).hold)
        #expect((try world.confirm(hold.number).redemption?.referral != nil) == isMade)
        #expect(try world.violations() == [])
    }

    @Test func `keeps no address of a claim on what refers nobody`() throws {
        let world = try World()
        _ = try world.redeem(try world.code(), by: "ann", email: "ann@shop")
        _ = try world.redeem(try world.code(campaign: try world.campaign()), by: "bob", email: "bob@shop")
        #expect(try world.snapshot().count(Tables.referralAccounts) == 0)
    }

    @Test func `lengthens its chain at the end only, so that its depth is that of the chain and there is no cycle`()
        throws
    {
        let world = try World()
        let campaign = try world.programme(nil)
        let names = ["p0", "p1", "p2", "p3", "p4"]
        for (index, name) in names.dropFirst().enumerated() {
            let referral = try world.refer(try world.code(of: names[index], in: campaign), name)
            #expect(referral.depth == UInt64(index + 1))
        }
        // Nobody who has brought somebody is brought, not even by the last of the chain.
        #expect(try world.redeem(try world.code(of: "p4", in: campaign), by: "p0").redemption?.referral == nil)
        #expect(try world.redeem(try world.code(of: "new", in: campaign), by: "p0").redemption?.referral == nil)
        #expect(try world.refer(try world.code(of: "p2", in: campaign), "new").depth == 3)
        #expect(try world.violations() == [])
    }

    @Test func `stays the person's when its redemption is released: the next claim has none`() throws {
        let world = try World()
        let code = try world.code(of: "ann", in: try world.programme(nil))
        let referral = try world.refer(code, "bob")
        _ = try world.releaseRedemption(referral.redemption)
        #expect(try world.current(referral).status == .reversed)
        #expect(try world.current(referral).reversedAt == world.now)
        let again = try world.redeem(code, by: "bob")
        #expect(again.isFresh && again.redemption?.referral == nil)
        #expect(try world.violations() == [])
    }

    @Test func `qualifies once, whatever is repeated, and not when it was reversed`() throws {
        let world = try World()
        let campaign = try world.programme(#"{"referrer":{"amount":5},"referee":{"amount":7}}"#)
        let code = try world.code(of: "ann", in: campaign)
        let referral = try world.refer(code, "bob")
        let first = try world.qualify(referral)
        #expect(!first.already && first.referral.status == .rewarded && first.rewards.count == 2)
        for _ in 0..<31 {
            let again = try world.qualify(referral)
            #expect(again.already && again.referral == first.referral && again.rewards == first.rewards)
        }
        #expect(try world.snapshot().count(Tables.rewards) == 2)
        let other = try world.refer(code, "cy")
        _ = try world.releaseRedemption(other.redemption)
        let refusal = world.rejection { (context) throws(Rejection) in
            try Referrals.qualify(other.number, tenant: world.tenant, in: &context)
        }
        guard case .conflict(code: "referral_reversed", message: _)? = refusal else { throw CommandCatalogue.Missing() }
        let unknown = world.rejection { (context) throws(Rejection) in
            try Referrals.qualify(campaign, tenant: world.tenant, in: &context)
        }
        #expect(unknown == .notFound(entity: "Referral"))
        #expect(try world.violations() == [])
    }

    @Test func `is listed by campaign, status and both persons, newest first, page by page, with an index or without`()
        throws
    {
        for projections in [StateIndexes.all, []] {
            let world = try World(projections: projections)
            let one = try world.programme(#"{"family":"one"}"#, key: "one")
            let two = try world.programme(#"{"family":"two"}"#, key: "two")
            let codes = [try world.code(of: "ann", in: one), try world.code(of: "ben", in: two)]
            var all: [Referral] = []
            for person in 0..<40 { all.append(try world.refer(codes[person % 2], "p\(person)")) }
            for index in stride(from: 0, to: 40, by: 3) { try world.qualify(all[index]) }
            _ = try world.releaseRedemption(all[1].redemption)
            let snapshot = try world.snapshot()
            let rows = try all.map { try world.current($0) }.reversed()
            for campaign in [nil, one, two] {
                for status in [nil] + ReferralStatus.allCases {
                    for referrer in [nil, "ann", "ben"] {
                        let expected = rows.filter {
                            (campaign == nil || $0.campaign == campaign) && (status == nil || $0.status == status)
                                && (referrer == nil || $0.referrer.text == referrer)
                        }
                        var query = ReferralQuery(
                            tenant: world.tenant, status: status, campaign: campaign,
                            referrer: referrer.flatMap { AccountID($0) }, page: PageRequest(limit: 7))
                        var found: [Referral] = []
                        repeat {
                            let page = Referrals.list(query, in: snapshot)
                            found += page.items
                            query.page.after = page.next
                        } while query.page.after != nil
                        #expect(found == Array(expected))
                    }
                }
            }
        }
    }
}
