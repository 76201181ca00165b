import Journal
import Store
import TestSupport
import Testing

@testable import Domain
@testable import Projections

private let all = MetricsScope(tenant: .default)

@Suite struct `Figures` {
    @Test func `an empty tenant has zeros, no percentiles and no rates`() throws {
        let world = try MetricsWorld()
        let summary = try world.metrics().summary(all, sinceDays: 30)
        #expect(summary == MetricsSummary(FigureSet(), waits: (nil, nil)))
        #expect(summary.kFactor == 0 && summary.acceptanceRate == 0 && summary.conversionRate == 0)
        #expect(summary.waitMedianSeconds == nil && summary.waitNinetiethSeconds == nil)
        #expect(try world.metrics().leaderboard(all, limit: 10) == [])
    }

    @Test func `a row in the second of the boundary counts, one in the second before does not`() throws {
        let world = try MetricsWorld()
        let code = try #require(world.codes(maxUses: 100).first)
        // The state is at 00:00:10.750; one day back, floored, is 10.000.
        let boundary: Int64 = 1_800_000_010_000
        for (index, offset) in [-1001, -1000, -1, 0, 1, 999, 1000].enumerated() {
            world.now = Timestamp(milliseconds: boundary + Int64(offset))
            world.claim(.code(code.text), by: "r\(index)")
            try world.finishFrame()
        }
        world.now = Timestamp(milliseconds: boundary + 86_400_000 + 750)
        world.claim(.code(code.text), by: "last")
        let metrics = try world.metrics()
        #expect(metrics.asOf.milliseconds == boundary + 86_400_000)
        #expect(try metrics.summary(all, sinceDays: 1).redemptions == 5)
        #expect(try metrics.summary(all, sinceDays: 2).redemptions == 8)
        try expectAgreement(try world.commit(), [all], [nil, 1, 2])
    }

    @Test func `a released redemption does not count and its place can be claimed again`() throws {
        let world = try MetricsWorld()
        let code = try #require(world.codes(maxUses: 1, issuer: "ada").first)
        guard case .redeemed(let redemption, _) = world.claim(.code(code.text), by: "bob") else { throw NoSuchThing() }
        #expect(try world.metrics().summary(all).codesClaimed == 1)
        world.release(redemption.number)
        let after = try world.metrics().summary(all)
        #expect(after.redemptions == 0 && after.redemptionsReleased == 1 && after.codesClaimed == 0)
        #expect(after.waitMedianSeconds == nil)
        #expect(try world.metrics().leaderboard(all, limit: 5) == [])
        world.now = world.now.adding(seconds: 61)
        world.claim(.code(code.text), by: "bob", quantity: 1)
        let again = try world.metrics().summary(all)
        #expect(again.redemptions == 1 && again.redemptionsReleased == 1 && again.waitMedianSeconds == 61)
        try expectAgreement(try world.commit(), [all], [nil, 1])
    }

    @Test func `a rewritten row counts for what it says now, a removed one for nothing`() throws {
        let world = try MetricsWorld()
        let start = world.now
        world.putCode(1, createdAt: start, issuer: "ada")
        world.putRedemption(2, code: 1, at: start.adding(seconds: 5), by: "bob")
        world.putRedemption(3, code: 1, at: start.adding(seconds: 9), by: "ada")
        try world.commit()
        #expect(try world.metrics().leaderboard(all, limit: 9).first?.redemptions == 1)
        // As an erasure does: another redeemer, otherwise the same.
        world.putRedemption(3, code: 1, at: start.adding(seconds: 9), by: "erased")
        #expect(try world.metrics().leaderboard(all, limit: 9).first?.redemptions == 2)
        world.putRedemption(2, code: 1, at: start.adding(seconds: 500), by: "bob", quantity: 7)
        try expectAgreement(try world.commit(), [all], [nil, 1])
        world.removeRedemption(2)
        world.removeRedemption(3)
        try expectAgreement(try world.commit(), [all], [nil, 1])
        #expect(try world.dump().allSatisfy { $0.hasPrefix("metrics_figures") }, "only the code is left")
    }

    @Test func `tenants do not see each other, nor campaigns their neighbours`() throws {
        let world = try MetricsWorld()
        let other = TenantNumber(rawValue: 2)
        let campaign = try #require(world.campaign("a"))
        let mine = try #require(world.codes(campaign: campaign).first)
        let theirs = try #require(world.codes(tenant: other).first)
        world.claim(.code(mine.text), by: "x")
        world.claim(.code(theirs.text), by: "x", tenant: other)
        world.claim(.code(theirs.text), by: "y", tenant: other)
        let metrics = try world.metrics()
        #expect(try metrics.summary(all).redemptions == 1)
        #expect(try metrics.summary(MetricsScope(tenant: other)).redemptions == 2)
        #expect(try metrics.summary(MetricsScope(tenant: other, campaign: campaign)).redemptions == 0)
        #expect(try metrics.summary(MetricsScope(tenant: .default, campaign: campaign)).codesIssued == 1)
    }

    @Test(
        arguments: [
            (1, 3, 0.3333), (2, 3, 0.6667), (1, 20_000, 0.0001), (1, 20_001, 0), (7, 2, 3.5), (5, 0, 0),
            (3, 20_000, 0.0002), (1 << 62, 1 << 60, 4),
        ] as [(UInt64, UInt64, Double)])
    func `rates have four decimals, halves away from zero`(part: UInt64, whole: UInt64, rate: Double) {
        #expect(Ratio.rounded(part, whole) == rate)
    }

    @Test func `a time series of too many points or of no time is refused`() throws {
        let metrics = try MetricsWorld().metrics()
        let start = Timestamp(milliseconds: 1_800_000_000_000)
        let end = start.adding(seconds: 10_000 * 60)
        #expect(try metrics.timeSeries(.redemptions, .minute, from: start, to: end, all).values.count == 10_000)
        #expect(throws: MetricsError.tooManyPoints) {
            try metrics.timeSeries(.redemptions, .minute, from: start, to: end.adding(seconds: 1), all)
        }
        #expect(throws: MetricsError.emptyRange) {
            try metrics.timeSeries(.redemptions, .day, from: start, to: start, all)
        }
    }

    @Test func `of equal referrers the first is who came to the number first, then whose id is smaller`() throws {
        let world = try MetricsWorld()
        let start = world.now
        for (number, name) in ["ada", "bob", "cyd", "dan"].enumerated() {
            world.putCode(UInt64(number + 1), createdAt: start, issuer: name)
        }
        // Bob has two before Ada has, but more places are no better; Cyd and Dan reach two together.
        let day: Int64 = 86_400
        for (row, (code, second)) in [
            (1, 0), (1, 40 * day), (2, 30), (2, 39 * day), (3, 20), (3, 45 * day), (4, 10), (4, 45 * day),
        ].enumerated() {
            world.putRedemption(
                UInt64(100 + row), code: UInt64(code), at: start.adding(seconds: Int64(second)), by: "r\(row)",
                quantity: code == 1 ? 9 : 1)
        }
        world.now = start.adding(seconds: 46 * day)
        let metrics = try world.metrics()
        let names = try metrics.leaderboard(all, limit: 10).map(\.issuer)
        #expect(names == ["bob", "ada", "cyd", "dan"])
        #expect(try metrics.leaderboard(all, limit: 10, sinceDays: 3).map(\.issuer) == ["cyd", "dan"])
        #expect(try metrics.leaderboard(all, limit: 1, sinceDays: 30).map(\.issuer) == ["bob"])
        // A redemption that is taken away takes its number with it: Ada has reached one at the beginning.
        world.removeRedemption(101)
        #expect(try world.metrics().leaderboard(all, limit: 10).map(\.issuer) == ["bob", "cyd", "dan", "ada"])
        world.removeRedemption(103)
        world.removeRedemption(105)
        world.removeRedemption(107)
        #expect(try world.metrics().leaderboard(all, limit: 10).map(\.issuer) == ["ada", "dan", "cyd", "bob"])
        try expectAgreement(try world.commit(), [all], [nil, 1, 45, 46, 47])
    }

    @Test func `the leaderboard of a part of the time reads a bounded number of records`() throws {
        let world = try MetricsWorld()
        let start = world.now
        // Many who were great once, and a few who are of late.
        for number in 1...300 as ClosedRange<UInt64> {
            world.putCode(number, createdAt: start, issuer: "issuer \(number)")
            let count: UInt64 = number <= 290 ? 5 : 2
            for row in 0..<count {
                world.putRedemption(
                    number * 1000 + row, code: number,
                    at: start.adding(seconds: (number <= 290 ? 0 : 9_000_000) + Int64(row)), by: "r\(row)")
            }
        }
        world.now = start.adding(seconds: 9_000_100)
        let snapshot = try world.commit()
        var board = Leaderboard(
            snapshot, tenant: TenantNumber.default.rawValue, campaign: 0, limit: 5,
            since: UInt64(start.milliseconds + 8_900_000_000))
        #expect(try board.find().map(\.redemptions) == [2, 2, 2, 2, 2])
        #expect(board.reads <= 290 + 5 * 3 + 1, "each old one is one record: \(board.reads)")
        var whole = Leaderboard(snapshot, tenant: TenantNumber.default.rawValue, campaign: 0, limit: 5, since: 0)
        #expect(try whole.find().count == 5 && whole.reads == 5, "of all time the first are read: \(whole.reads)")
    }

    @Test func `every metric has a word that reads back`() {
        for metric in Figure.allCases { #expect(Figure(word: metric.word) == metric) }
        #expect(Figure(word: "sales") == nil)
    }
}

@Suite struct `Times to redeem` {
    @Test(arguments: [1, 2, 3, 9, 10, 11, 100, 101])
    func `percentiles are nearest ranks, rounded down`(count: UInt64) throws {
        let world = try MetricsWorld()
        world.putCode(1, createdAt: world.now)
        for number in 0..<count {
            world.putRedemption(10 + number, code: 1, at: world.now.adding(seconds: Int64(number) * 3))
        }
        let summary = try world.metrics().summary(all)
        #expect(summary.waitMedianSeconds == (count - 1) / 2 * 3)
        #expect(summary.waitNinetiethSeconds == (count - 1) * 9 / 10 * 3)
    }

    @Test func `a fraction of a second is cut off, and a code without redemption has none`() throws {
        let world = try MetricsWorld()
        world.putCode(1, createdAt: Timestamp(milliseconds: 1_800_000_000_900))
        world.putRedemption(2, code: 1, at: Timestamp(milliseconds: 1_800_000_002_899))
        world.putRedemption(3, code: nil, at: Timestamp(milliseconds: 1_800_000_009_000))
        let summary = try world.metrics().summary(all)
        #expect(summary.waitMedianSeconds == 1 && summary.waitNinetiethSeconds == 1 && summary.redemptions == 2)
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `trees grow and shrink with what they count, to the same bytes as a rebuild`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let world = try MetricsWorld(seed: seed)
        let campaign = EntityNumber(rawValue: 9)
        let end = world.now
        // Waits of seconds to decades, dense and sparse.
        let spans: [Int64] = [300, 2000, 100_000, 20_000_000, 900_000_000]
        for code in 1...40 as ClosedRange<UInt64> {
            let span = spans[Int(code) % spans.count]
            world.putCode(code, createdAt: end.adding(seconds: -Int64.random(in: 0...span, using: &random)))
        }
        var live: [UInt64: (code: UInt64, time: Timestamp)] = [:]
        for number in 100..<1900 as Range<UInt64> {
            let code = UInt64.random(in: 1...40, using: &random)
            let time = end.adding(seconds: -Int64.random(in: 0...(number % 3 == 0 ? 3000 : 40), using: &random))
            live[number] = (code, time)
            world.putRedemption(number, code: code, at: time, campaign: number % 2 == 0 ? campaign : nil)
            if number % 500 == 0 { try world.commit() }
        }
        let scopes = [all, MetricsScope(tenant: .default, campaign: campaign)]
        try expectAgreement(try world.commit(), scopes, [nil, 1])
        try expectSameAfterRebuild(world)
        // Most go again: nodes become flat or disappear.
        for (number, row) in live.sorted(by: { $0.key < $1.key }) where number % 20 != 0 {
            if number % 3 == 0 {
                world.removeRedemption(number)
            } else {
                world.putRedemption(
                    number, code: row.code, at: row.time, campaign: number % 2 == 0 ? campaign : nil, releasedAt: end)
            }
            if number % 700 == 0 { try world.commit() }
        }
        try expectAgreement(try world.commit(), scopes, [nil, 1])
        try expectSameAfterRebuild(world)
    }

    private func expectSameAfterRebuild(_ world: MetricsWorld) throws {
        let before = try world.dump()
        try world.store.rebuildProjection(.metrics, recordsPerCommit: 333)
        #expect(try world.dump() == before)
    }
}

/// Claims that have everything in common but the redeemer are added up before they are written.
@Suite struct `Claims of one batch` {
    private struct Shape: CustomTestStringConvertible {
        var issuer: String?
        var isOfCampaign: Bool
        /// True if the code is made in the layer of its claims.
        var isNew: Bool

        var testDescription: String { "issuer \(issuer ?? "none"), campaign \(isOfCampaign), new \(isNew)" }
    }

    private static let shapes: [Shape] = [nil, "ada"].flatMap { issuer in
        [(false, false), (false, true), (true, false), (true, true)].map {
            Shape(issuer: issuer, isOfCampaign: $0, isNew: $1)
        }
    }

    @Test(arguments: shapes)
    private func `count one by one for places, waits and referrers`(shape: Shape) throws {
        let world = try MetricsWorld()
        let made = try #require(world.campaign("a"))
        let campaign = shape.isOfCampaign ? made : nil
        let codes = world.codes(2, maxUses: 100, campaign: campaign, issuer: shape.issuer)
        if !shape.isNew { try world.commit() }
        world.now = world.now.adding(seconds: 61)
        var claimed: [EntityNumber] = []
        // The other code, the issuer and a release stand between those that are alike.
        for round in 0..<3 {
            for (index, name) in ["r0", "r1", "ada", "r2", "r3"].enumerated() {
                let code = codes[index == 4 ? 1 : 0]
                let outcome = world.claim(
                    .code(code.text), by: "\(name)\(name == "ada" ? "" : "-\(round)")", quantity: 2)
                if case .redeemed(let redemption, already: false) = outcome { claimed.append(redemption.number) }
            }
            try world.finishFrame()
            world.now = Timestamp(milliseconds: world.now.milliseconds + 1)
        }
        #expect(claimed.count == 13, "the issuer claims once")
        let scopes = [all, MetricsScope(tenant: .default, campaign: campaign)]
        try expectAgreement(try world.commit(), scopes, [nil, 1])
        for number in claimed[1...7] { world.release(number) }
        try expectAgreement(try world.commit(), scopes, [nil, 1])
        let live = try world.dump()
        try world.store.rebuildProjection(.metrics)
        #expect(try world.dump() == live)
    }

    /// The things that neighbouring rows have in common, and now and then not.
    private struct Common {
        var tenant = TenantNumber.default
        /// Of 1…3; 3 has an issuer.
        var code: UInt64? = 1
        var milliseconds: Int64 = 0
        var quantity: UInt32 = 1
        var isReleased = false

        mutating func change(_ random: inout SeededGenerator) {
            switch random.next() % 5 {
            case 0: tenant = TenantNumber(rawValue: tenant == .default ? 2 : 1)
            case 1: code = [nil, 1, 2, 3][Int(random.next() % 4)]
            case 2: milliseconds = [0, 1, 876, 877][Int(random.next() % 4)]
            case 3: quantity = 1 + UInt32(random.next() % 3)
            default: isReleased.toggle()
            }
        }
    }

    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `count one by one in any mixture, also when rows change or go`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let world = try MetricsWorld(seed: seed)
        let start = world.now
        let tenants = [TenantNumber.default, TenantNumber(rawValue: 2)]
        for tenant in tenants {
            for code in 1...3 as ClosedRange<UInt64> {
                world.putCode(
                    code + UInt64(tenant.rawValue) * 10, createdAt: start, issuer: code == 3 ? "ada" : nil,
                    tenant: tenant)
            }
        }
        if seed.isMultiple(of: 2) { try world.commit() }
        var common = Common()
        var rows: [UInt64: TenantNumber] = [:]
        func put(_ number: UInt64) {
            if random.next() % 5 == 0 { common.change(&random) }
            // A row keeps its tenant.
            let tenant = rows[number] ?? common.tenant
            rows[number] = tenant
            let at = Timestamp(milliseconds: start.milliseconds + common.milliseconds)
            world.putRedemption(
                number, code: common.code.map { $0 + UInt64(tenant.rawValue) * 10 }, at: at,
                by: ["ada", "bob", "cy"][Int(random.next() % 3)], quantity: common.quantity,
                releasedAt: common.isReleased ? at : nil, tenant: tenant)
        }
        for number in 100..<300 as Range<UInt64> { put(number) }
        let scopes = tenants.map { MetricsScope(tenant: $0) }
        try expectAgreement(try world.commit(), scopes, [nil, 1])
        for number in rows.keys.sorted() {
            switch random.next() % 4 {
            case 0: put(number)
            case 1:
                guard let tenant = rows.removeValue(forKey: number) else { continue }
                world.removeRedemption(number, tenant: tenant)
            default: break
            }
        }
        for number in 300..<400 as Range<UInt64> { put(number) }
        try expectAgreement(try world.commit(), scopes, [nil, 1])
        let live = try world.dump()
        try world.store.rebuildProjection(.metrics)
        #expect(try world.dump() == live)
    }
}
