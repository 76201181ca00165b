import Journal
import Projections
import Store
import TestSupport
import Testing

@testable import Domain

/// One random history of everything that rows go through.
private final class MetricsHistory {
    let world: MetricsWorld
    var random: SeededGenerator
    var codes: [(tenant: TenantNumber, number: EntityNumber, text: CodeText)] = []
    var campaigns: [(tenant: TenantNumber, number: EntityNumber, key: String?)] = []
    var redemptions: [(tenant: TenantNumber, number: EntityNumber)] = []
    var holds: [(tenant: TenantNumber, number: EntityNumber)] = []
    /// Big generations under way, and how many of their codes are written.
    var bigCommands: [(begun: BigGeneration, written: Int)] = []
    let people = ["1", "2", "ada", "bob", "550e8400-e29b-41d4-a716-446655440000"]
    let tenants = [TenantNumber.default, TenantNumber(rawValue: 2)]

    init(seed: UInt64) throws {
        world = try MetricsWorld(seed: seed)
        random = SeededGenerator(seed: seed &* 7919)
        for tenant in tenants {
            for (key, type) in [("a", CampaignType.multiUse), ("b", .capacity), ("c", .multiUse)] {
                let policy =
                    #"{"referrer":[{"trigger":"on_redemption","hold_seconds":9},{}],"referee":{"expire_seconds":40}}"#
                let number = world.campaign(
                    key, type: type, tenant: tenant, policy: key == "c" ? policy : nil)
                guard let number else { throw NoSuchThing() }
                campaigns.append((tenant, number, type == .capacity ? key : nil))
            }
        }
    }

    var scopes: [MetricsScope] {
        campaigns.map { MetricsScope(tenant: $0.tenant, campaign: $0.number) }
            + (tenants + [TenantNumber(rawValue: 3)]).map { MetricsScope(tenant: $0) }
            + [MetricsScope(tenant: .default, campaign: EntityNumber(rawValue: 1 << 40))]
    }

    func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: makeCodes()
        case 8..<20: advanceBigCommand()
        case 20..<60: claim()
        case 60..<68: confirm()
        case 68..<72: releaseHold()
        case 72..<80: releaseRedemption()
        case 80..<81: revoke()
        case 81..<84: qualify()
        case 84..<92: try advance()
        case 92..<96: try world.finishFrame()
        case 96..<99: try world.commit()
        default: try world.restart()
        }
    }

    private func makeCodes() {
        let tenant = tenants[Int.random(in: 0..<2, using: &random)]
        let campaign = campaigns.filter { $0.tenant == tenant }.randomElement(using: &random)
        let issuer = Bool.random(using: &random) ? people.randomElement(using: &random) : nil
        let made = world.codes(
            Int64.random(in: 1...4, using: &random), maxUses: Int64.random(in: 1...6, using: &random),
            campaign: Bool.random(using: &random) ? campaign?.number : nil, issuer: issuer, tenant: tenant)
        codes += made.map { (tenant, $0.number, $0.text) }
    }

    /// Begins a big generation, writes a piece of one, ends it, or removes what it has written.
    private func advanceBigCommand() {
        guard let index = bigCommands.indices.randomElement(using: &random),
            bigCommands.count > 3 || Bool.random(using: &random)
        else { return beginBigCommand() }
        let (begun, written) = bigCommands[index]
        if written < begun.codes.count, Int.random(in: 0..<8, using: &random) > 0 {
            let piece = written..<min(written + Int.random(in: 1...12, using: &random), begun.codes.count)
            world.attempt { (context) throws(Rejection) in _ = try begun.write(piece, in: &context) }
            bigCommands[index].written = piece.upperBound
            return
        }
        bigCommands.remove(at: index)
        guard written == begun.codes.count, Bool.random(using: &random) else {
            while world.run({ PendingRanges.removePiece(ofRangeBefore: begun.range.end, in: &$0) }) {}
            return
        }
        world.run { _ = begun.finish(in: &$0) }
        codes += begun.codes.views(0..<begun.codes.count, in: world.state).compactMap { view in
            CodeText(raw: view.text).map { (begun.codes.tenant, view.number, $0) }
        }
    }

    private func beginBigCommand() {
        let tenant = tenants[Int.random(in: 0..<2, using: &random)]
        let campaign = campaigns.filter { $0.tenant == tenant }.randomElement(using: &random)
        let issuer = Bool.random(using: &random) ? people.randomElement(using: &random) : nil
        let terms = CodeTerms(
            campaign: Bool.random(using: &random) ? campaign?.number : nil, maxUses: 3,
            issuer: issuer.flatMap { AccountID($0) })
        let order = GenerateCodes(tenant: tenant, count: Int64.random(in: 1...30, using: &random), terms: terms)
        let begun = world.attempt { (context) throws(Rejection) in try BigGeneration.begin(order, in: &context) }
        if case .some(.some(let begun)) = begun { bigCommands.append((begun, 0)) }
    }

    private func claim() {
        var target: ClaimTarget?
        var tenant = TenantNumber.default
        if Int.random(in: 0..<5, using: &random) == 0,
            let campaign = campaigns.filter({ $0.key != nil }).randomElement(using: &random)
        {
            target = campaign.key.map { .campaign($0) }
            tenant = campaign.tenant
        } else if let code = codes.randomElement(using: &random) {
            target = .code(code.text)
            tenant = code.tenant
        }
        guard let target, let redeemer = people.randomElement(using: &random) else { return }
        let isHold = Int.random(in: 0..<3, using: &random) == 0
        let outcome = world.claim(
            target, by: redeemer, quantity: UInt32.random(in: 1...3, using: &random),
            kind: isHold ? .hold(ttlSeconds: UInt32.random(in: 1...90, using: &random)) : .redeem, tenant: tenant)
        note(outcome, tenant)
    }

    private func note(_ outcome: ClaimOutcome?, _ tenant: TenantNumber) {
        switch outcome {
        case .redeemed(let redemption, already: false): redemptions.append((tenant, redemption.number))
        case .held(let hold, already: false): holds.append((tenant, hold.number))
        default: break
        }
    }

    private func confirm() {
        guard let hold = holds.randomElement(using: &random) else { return }
        let outcome = world.attempt { (context) throws(Rejection) in
            try Holds.confirm(hold.number, tenant: hold.tenant, in: &context)
        }
        note(outcome, hold.tenant)
    }

    private func releaseHold() {
        guard let hold = holds.randomElement(using: &random) else { return }
        // An end that moves changes no figure.
        let seconds = UInt32.random(in: 1...90, using: &random)
        world.attempt { (context) throws(Rejection) in
            try Holds.extend(hold.number, bySeconds: seconds, tenant: hold.tenant, in: &context)
        }
        guard Bool.random(using: &random) else { return }
        world.attempt { (context) throws(Rejection) in
            try Holds.release(hold.number, tenant: hold.tenant, in: &context)
        }
    }

    private func releaseRedemption() {
        guard let redemption = redemptions.randomElement(using: &random) else { return }
        world.release(redemption.number, tenant: redemption.tenant)
    }

    private func qualify() {
        guard let redemption = redemptions.randomElement(using: &random) else { return }
        let referral = EntityNumber(rawValue: redemption.number.rawValue + 1)
        world.attempt { (context) throws(Rejection) in
            try Referrals.qualify(referral, tenant: redemption.tenant, in: &context)
        }
    }

    private func revoke() {
        guard let code = codes.randomElement(using: &random) else { return }
        world.attempt { (context) throws(Rejection) in
            try Codes.revoke(code.number, tenant: code.tenant, in: &context)
        }
    }

    private func advance() throws {
        let ranges: [ClosedRange<Int64>] = [
            0...3, 200...3000, 1000...90_000, 60_000...7_200_000, 3_600_000...400_000_000,
            86_400_000...9_000_000_000,
        ]
        let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
        try world.advance(milliseconds: Int64.random(in: range, using: &random))
    }
}

private let filters: [Int?] = [nil, 1, 2, 7, 30, 31, 32, 33, 64, 90, 365, 3650]

@Suite struct `Metrics of random histories` {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `every figure is what the rows give, and a rebuild writes the same bytes`(seed: UInt64) throws {
        let history = try MetricsHistory(seed: seed)
        for step in 1...240 {
            try history.step()
            guard step.isMultiple(of: 60) else { continue }
            try expectAgreement(try history.world.commit(), history.scopes, filters)
        }
        let before = try history.world.dump()
        #expect(!before.isEmpty)
        try history.world.store.rebuildProjection(.metrics, recordsPerCommit: Int(seed) * 7)
        #expect(try history.world.dump() == before)
        #expect(Invariants.check(try history.world.commit()).isEmpty)
    }

    @Test(arguments: 21...26 as ClosedRange<UInt64>)
    func `time series have every row in its interval, and zeros between`(seed: UInt64) throws {
        let history = try MetricsHistory(seed: seed)
        let start = history.world.now
        for _ in 1...120 { try history.step() }
        let snapshot = try history.world.commit()
        let end = history.world.now.adding(seconds: 100)
        let scopes = history.scopes.prefix(4)
        for scope in scopes {
            for metric in Figure.allCases {
                let days = min(end, start.adding(seconds: 4000 * 86_400))
                try expectSeries(snapshot, metric, .day, from: start, to: days, scope)
                let hours = min(end, start.adding(seconds: 3000 * 3600))
                try expectSeries(snapshot, metric, .hour, from: start, to: hours, scope)
                try expectSeries(snapshot, metric, .minute, from: start, to: start.adding(seconds: 9000), scope)
            }
        }
    }

    @Test(arguments: 41...46 as ClosedRange<UInt64>)
    func `time series between any seconds have every row where it belongs`(seed: UInt64) throws {
        let history = try MetricsHistory(seed: seed)
        let start = history.world.now.milliseconds / 1000
        for _ in 1...120 { try history.step() }
        let snapshot = try history.world.commit()
        let end = history.world.now.milliseconds / 1000 + 1
        for metric in [Figure.redemptions, .places, .codesIssued, .holdsExpired] {
            for scope in history.scopes.prefix(4) {
                let count = Int.random(in: 1...60, using: &history.random)
                // Half an hour and three quarters off UTC, and anything.
                for unit in [1, 900, 1800, 86_400] as [Int64] {
                    let seconds = (0...count).map { _ in Int64.random(in: start...end, using: &history.random) }
                    let bounds = Set(seconds.map { $0 / unit * unit + (unit > 900 ? 1800 : 0) }).sorted()
                    guard bounds.count > 1 else { continue }
                    try expectSeries(snapshot, metric, bounds: bounds, scope)
                }
            }
        }
        // Days half an hour off UTC.
        let days = (0..<400).map { start / 86_400 * 86_400 + 1800 + $0 * 86_400 }
        try expectSeries(snapshot, .redemptions, bounds: days, MetricsScope(tenant: .default))
    }

    @Test(arguments: 31...34 as ClosedRange<UInt64>)
    func `a verification finds nothing in what was kept up to date`(seed: UInt64) throws {
        let history = try MetricsHistory(seed: seed)
        for _ in 1...150 { try history.step() }
        let scratch = try TemporaryDirectory("scratch")
        let report = try #require(
            try ProjectionVerification.run(
                MetricsProjection(), of: try history.world.commit(), scratch: scratch.path))
        #expect(report.records > 50)
        #expect(report.differences == 0, "\(report.examples)")
    }
}
