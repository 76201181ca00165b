import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

@Suite struct `A power cut among referrals and rewards` {
    private static let policy = """
        {"referrer":[{"trigger":"on_redemption","amount":5,"currency":"EUR","hold_seconds":6},{"amount":3},
           {"trigger":"on_milestone","milestone":2}],
         "referee":[{"trigger":"on_redemption"},{"expire_seconds":9}],"per_referrer_total":4,
         "budget":{"amount":20,"currency":"EUR"}}
        """

    private static func code(in context: inout DecisionContext) throws(Rejection) -> String {
        if Campaigns.number(key: "friends", tenant: .default, state: context.state) != nil { return "FRIENDS" }
        let campaign = try Campaigns.create(
            CreateCampaign(
                tenant: .default, key: "friends", name: "Friends", type: "referral", status: "active", perUserLimit: 9,
                rewardPolicy: Array(policy.utf8)), in: &context)
        let terms = CodeTerms(campaign: campaign.number, maxUses: 500, issuer: AccountID("ann"))
        return try Codes.createVanity(
            CreateVanityCode(tenant: .default, text: "FRIENDS", terms: terms), in: &context
        ).text
    }

    /// A seeded stretch of life: people are brought, qualify, are given rewards that are confirmed, reversed and expire.
    private func live(_ node: SimulatedNode, _ clock: ManualClock, seed: UInt64, batches: Int) throws {
        var random = SeededGenerator(seed: seed)
        let text = node.decide { context throws(Rejection) in try Self.code(in: &context) }
        guard let code = text.flatMap({ CodeText(raw: $0) }) else { return }
        for _ in 0..<batches where !node.isDead {
            node.claim(
                (0..<(1 + random.next() % 4)).map { _ in
                    ClaimCommand.redeem(
                        code, by: "r\(random.next() % 40)",
                        kind: random.next() % 4 == 0 ? .hold(ttlSeconds: 5) : .redeem)
                })
            act(node, &random)
            if random.next() % 3 == 0 { clock.advance(seconds: Int64(random.next() % 5)) }
            if random.next() % 4 == 0 { try node.apply() }
        }
    }

    private func act(_ node: SimulatedNode, _ random: inout SeededGenerator) {
        let (pick, step) = (random.next(), random.next() % 5)
        node.decide { context throws(Rejection) in
            let rows = context.state.numbersOfRows(Tables.referrals)
            guard !rows.isEmpty else { return }
            let number = EntityNumber(rawValue: rows[Int(pick % UInt64(rows.count))])
            guard let referral = Referrals.find(number, tenant: .default, state: context.state) else { return }
            switch step {
            case 0, 1: _ = try Referrals.qualify(number, tenant: .default, in: &context)
            case 2: _ = try Redemptions.release(referral.redemption, tenant: .default, in: &context)
            default:
                let rewards = context.state.numbersOfRows(Tables.rewards)
                guard !rewards.isEmpty else { return }
                let reward = EntityNumber(rawValue: rewards[Int(pick % UInt64(rewards.count))])
                if step == 3 {
                    _ = try Rewards.confirm(reward, tenant: .default, in: &context)
                } else {
                    let command = ReverseReward(tenant: .default, number: reward, reason: "fraud")
                    _ = try Rewards.reverse(command, in: &context)
                }
            }
        }
    }

    /// Every rule holds, and every referral that was answered is there.
    private func check(_ node: SimulatedNode, has acknowledged: SimulatedNode, _ place: Comment) throws {
        let snapshot = try node.settledSnapshot()
        #expect(Invariants.check(snapshot) == [], place)
        #expect(snapshot.computeDigest() == (try snapshot.point().digest), place)
        for (_, outcome) in acknowledged.acknowledged {
            guard case .redeemed(let row, _) = outcome, let referral = row.referral?.value else { continue }
            let found = Referrals.find(referral.number, tenant: .default, state: snapshot)
            #expect(found?.referee == row.redeemer && found?.referrer == referral.referrer, place)
        }
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `at any write and sync loses nothing acknowledged, and no sum, cap or budget is wrong after it`(
        seed: UInt64
    ) throws {
        let batches = 14
        let whole = SimulatedDisk()
        let wholeClock = ManualClock()
        let node = try SimulatedNode(disk: whole, seed: seed, clock: wholeClock)
        try live(node, wholeClock, seed: seed, batches: batches)
        try check(node, has: node, "seed \(seed), uncut")
        #expect(
            node.acknowledged.count { if case .redeemed(let row, _) = $0.1 { row.referral != nil } else { false } } > 9)
        for operation in stride(from: 0, to: whole.operations.count, by: seed == 1 ? 2 : 5) {
            let disk = SimulatedDisk()
            disk.cutPower(atOperation: operation)
            let clock = ManualClock()
            guard let node = try? SimulatedNode(disk: disk, seed: seed, clock: clock) else { continue }
            try live(node, clock, seed: seed, batches: batches)
            var random = SeededGenerator(seed: seed &+ UInt64(operation))
            let copies: [String?] = [nil] + node.copies
            for copy in Set([0, copies.count - 1]) {
                let survivor = disk.afterPowerCut(seed: random.next())
                let again = try SimulatedNode(disk: survivor, storeCopy: copies[copy], seed: seed, clock: clock)
                try check(again, has: node, "seed \(seed), operation \(operation), LMDB copy \(copy)")
            }
        }
    }
}

extension Transaction {
    /// The numbers of the rows of a table, in their order.
    fileprivate func numbersOfRows(_ table: TableID) -> [UInt64] {
        var numbers: Set<UInt64> = []
        func note(_ key: RawSpan) {
            var reader = ValueReader(key)
            _ = reader.compact()
            numbers.insert(reader.compact())
        }
        base.scan(table, prefix: Key(), from: nil, descending: false) { key, _ in
            note(key)
            return true
        }
        forEachInOverlay(table, note)
        return numbers.sorted()
    }
}
