import Journal
import Store
import Testing

@testable import Domain

@Suite("Invariants")
struct InvariantTests {
    /// A state with one of everything.
    static func world() throws -> World {
        let world = try World()
        let campaign = try world.campaign(total: 50)
        let code = try world.code(maxUses: 9, campaign: campaign)
        _ = try world.claim(code, by: "live", metadata: json("{}"))
        let released = try #require(try world.claim(code, by: "released").redemption)
        _ = try world.releaseRedemption(released.number)
        _ = try world.claim(code, by: "holder", kind: .hold(ttlSeconds: 60))
        let key = CreateKey(tenant: world.tenant, name: "k", scopes: ["read"])
        try world.attempt { (context) throws(Rejection) in try APIKeys.create(key, in: &context) }
        let record = IdempotencyRecord(
            fingerprint: [UInt8](repeating: 1, count: 32), createdAt: world.now, status: 200, kind: 0, body: [1])
        let idempotencyKey = IdempotencyKey(tenant: world.tenant, credential: EntityNumber(rawValue: 0), key: "x")
        world.run { Idempotency.store(record, for: idempotencyKey, in: &$0) }
        let friends = try world.programme(
            """
            {"referrer":[{"trigger":"on_redemption","amount":5,"currency":"EUR","hold_seconds":90},{"amount":3}],
             "referee":{"expire_seconds":90},"family":"friends"}
            """)
        let referral = try world.refer(try world.code(of: "ann", in: friends), "bob")
        _ = try world.refer(try world.code(of: "bob", in: friends), "cy")
        try world.qualify(referral)
        return world
    }

    @Test("A state that commands have made is sound, and the check tells its progress")
    func sound() throws {
        let world = try Self.world()
        var tables: Set<String> = []
        let violations = Invariants.check(try world.snapshot()) { table, _ in tables.insert(table) }
        #expect(violations == [])
        #expect(tables.isSuperset(of: ["codes", "campaigns", "redemptions", "claims", "holds"]))
    }

    /// Tables in which no record can go missing unnoticed.
    static let watched: [TableID] = [
        Tables.tenants, Tables.tenantNames, Tables.apiKeys, Tables.apiKeyHashes, Tables.campaigns,
        Tables.campaignKeys, Tables.codes, Tables.codeTexts, Tables.codesByCampaign, Tables.counters,
        Tables.redemptions, Tables.claims, Tables.redemptionsByCode,
        Tables.redemptionsByCampaign, Tables.redemptionsReleased, Tables.holds, Tables.holdsLive, Tables.holdsByCode,
        Tables.holdsByCampaign, Tables.metadata, Tables.tallies, Tables.idempotency, Tables.idempotencyByTime,
        Tables.referrals, Tables.rewards, Tables.referralAccounts, Tables.ledgerByCampaign, Tables.rewardTotals,
        Tables.rewardDeadlines, Tables.rewardPolicies, Tables.rewardWords,
    ]

    @Test("Any single record that is lost is noticed", arguments: watched.map(\.rawValue))
    func lostRecord(table: UInt8) throws {
        let table = TableID(rawValue: table)
        var keys: [[UInt8]] = []
        let source = try Self.world()
        // The directory must not go before the snapshot, or another test's could get its inode while it is open.
        try withExtendedLifetime(source) {
            try source.snapshot().scan(table, prefix: Key(), from: nil, descending: false) { key, _ in
                keys.append(key.withUnsafeBytes { Array($0) })
                return true
            }
        }
        #expect(!keys.isEmpty)
        for bytes in keys {
            let world = try Self.world()
            var key = Key()
            key.append(bytes: bytes)
            world.state.remove(table, key)
            #expect(try !world.violations().isEmpty, "record \(bytes)")
        }
    }

    @Test("A counter that says more or less than the rows is noticed", arguments: [0, 1])
    func wrongCounter(column: Int) throws {
        let world = try Self.world()
        let number = try #require(
            Codes.list(CodeQuery(tenant: world.tenant), in: try world.snapshot(), now: world.now).items.first
        ).number
        let key = RecordKeys.target(world.tenant, .code, number)
        var counter = try #require(world.state.counter(Tables.counters, key))
        let taken = counter.take(1, as: column == 0 ? .used : .held)
        #expect(taken)
        world.state.setCounter(Tables.counters, key, counter)
        #expect(try world.violations().map(\.rule) == [column == 0 ? "counter_used" : "counter_held"])
    }

    @Test("A person's standing and a campaign's tally that say more than the rows are noticed")
    func wrongSums() throws {
        let world = try Self.world()
        let campaign = try #require(Campaigns.number(key: "launch", tenant: world.tenant, state: world.state))
        let packed = PackedAccount(try #require(AccountID("live")))
        var accountClaims = world.state.accountClaims(of: packed, in: campaign, tenant: world.tenant)
        _ = accountClaims.enter(EntityNumber(rawValue: 1), .hold(EntityNumber(rawValue: 1)), places: 1)
        world.state.put(Tables.claims, RecordKeys.claim(world.tenant, packed, .accountClaims, campaign)) {
            accountClaims.encode(to: &$0)
        }
        #expect(try world.violations().map(\.rule) == ["standing"])
        world.state.put(Tables.tallies, RecordKeys.target(world.tenant, .campaign, campaign)) { $0.append(UInt64(2)) }
        #expect(try world.violations().map(\.rule) == ["tally", "standing"])
    }

    @Test("A second live redemption or hold of a person on a thing is noticed", arguments: [false, true])
    func secondClaim(isHold: Bool) throws {
        let world = try Self.world()
        let campaign = try #require(Campaigns.number(key: "launch", tenant: world.tenant, state: world.state))
        let live = try #require(
            Redemptions.list(RedemptionQuery(tenant: world.tenant, campaign: campaign), in: try world.snapshot()).items
                .first { $0.redeemer.text == "live" })
        var more = live
        more.number = EntityNumber(rawValue: world.state.allocateNumber())
        more.hasMetadata = false
        let writer = ClaimWriter(state: world.state, tenant: world.tenant, redeemer: PackedAccount(live.redeemer))
        if isHold {
            let hold = Hold(
                number: more.number, code: live.code, campaign: live.campaign, redeemer: live.redeemer, quantity: 1,
                state: .held, createdAt: world.now, expiresAt: world.now.adding(seconds: 9))
            writer.insert(hold, metadata: nil, isFirstOfCode: false)
        } else {
            writer.insert(more, metadata: nil)
        }
        #expect(try world.violations().contains { $0.rule == "claim" })
        // Also where places are counted as if that were right.
        for (kind, number) in [(TargetKind.code, live.code), (.campaign, live.campaign)] {
            guard let number else { continue }
            let key = RecordKeys.target(world.tenant, kind, number)
            var counter = try #require(world.state.counter(Tables.counters, key))
            let taken = counter.take(1, as: isHold ? .held : .used)
            #expect(taken)
            world.state.setCounter(Tables.counters, key, counter)
        }
        #expect(try world.violations().contains { $0.rule == "claim" })
    }

    @Test("The check stops after as many violations as are wanted")
    func limit() throws {
        let world = try Self.world()
        for number in 1...20 as ClosedRange<UInt64> {
            let nobody = EntityNumber(rawValue: 1000 + number)
            world.state.addToIndex(Tables.redemptionsByCode, world.tenant, EntityNumber(rawValue: 1), nobody)
        }
        #expect(Invariants.check(try world.snapshot(), limit: 5).count == 5)
    }
}
