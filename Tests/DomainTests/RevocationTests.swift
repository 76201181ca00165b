import Journal
import Store
import TestSupport
import Testing

@testable import Domain

/// Codes that are taken back, many in one command.
@Suite struct `Revoking many codes` {
    private func revoke(
        _ world: World, _ selection: RevokeCodes.Selection, atomic: Bool = false
    ) throws(Rejection) -> RevokedCodes {
        let order = RevokeCodes(tenant: world.tenant, selection, atomic: atomic)
        return try world.attempt { (context) throws(Rejection) in try Codes.revoke(order, in: &context) }
    }

    private func begin(_ world: World, _ campaign: EntityNumber) throws -> BigRevocation {
        let order = RevokeCodes(tenant: world.tenant, .campaign(campaign))
        let begun = try world.attempt { (context) throws(Rejection) in try BigRevocation.begin(order, in: &context) }
        return try #require(begun)
    }

    private func take(_ world: World, _ begun: BigRevocation) throws -> BigRevocation {
        guard case .done(let next) = world.run({ begun.take(in: &$0) }) else { throw NoSuchThing() }
        return next
    }

    /// Makes codes of a campaign; gives their numbers.
    private func fill(_ world: World, _ campaign: EntityNumber, count: Int64) throws -> [EntityNumber] {
        let order = GenerateCodes(
            tenant: world.tenant, count: count, length: 10, terms: CodeTerms(campaign: campaign, maxUses: 2))
        let batch = try world.attempt { (context) throws(Rejection) in try Codes.generate(order, in: &context) }
        return (0..<batch.count).map { batch.number(at: $0) }
    }

    /// The number of codes in a state, by all pages of the list.
    private func count(_ world: World, _ state: CodeState?, _ campaign: EntityNumber?) throws -> Int {
        let snapshot = try world.snapshot()
        var (query, count) = (CodeQuery(tenant: world.tenant, campaign: campaign, state: state), 0)
        query.page.limit = 997
        while true {
            let page = Codes.list(query, in: snapshot, now: world.now)
            count += page.items.count
            if let state { #expect(page.items.allSatisfy { $0.state == state }) }
            guard let next = page.next else { return count }
            query.page.after = next
        }
    }

    @Test func `finds every code: an import takes no campaign that is younger than itself`() throws {
        let world = try World()
        let rows = [ImportRow(line: 1, text: "LATE1", campaignKey: "late"), ImportRow(line: 2, text: "LATE2")]
        let order = ImportCodes(tenant: world.tenant, rows: rows)
        let begun = try #require(world.run { BigImport.begin(order.tenant, rowsMax: rows.count, in: &$0) })
        let campaign = try world.campaign("late")
        guard case .done(let taken) = world.run({ begun.take(rows[...], in: &$0) }) else { throw NoSuchThing() }
        #expect(taken.report.imported == 1)
        #expect(taken.report.failures.map(\.code) == ["campaign_not_found"])
        #expect(taken.report.failures[0].message.contains("was made after this import began"))
        guard case .done = world.run({ taken.finish(in: &$0) }) else { throw NoSuchThing() }
        #expect(try revoke(world, .campaign(campaign)) == RevokedCodes(revoked: 0, already: 0, unknown: []))
        #expect(try world.violations().isEmpty)
    }

    @Test func `of a campaign is one command where its codes are few, however many numbers there are since`() throws {
        let world = try World()
        let campaign = try world.campaign("old")
        let first = try world.code(campaign: campaign)
        world.run { _ = $0.state.allocateNumbers(1 << 40) }
        let second = try world.code(campaign: campaign)
        _ = try world.snapshot()
        world.run { _ = $0.state.allocateNumbers(1 << 40) }
        let third = try world.code(campaign: campaign)
        _ = try world.code()
        let order = RevokeCodes(tenant: world.tenant, .campaign(campaign))
        let revoked = try world.attempt { (context) throws(Rejection) in try Codes.revokeFew(order, in: &context) }
        #expect(revoked == RevokedCodes(revoked: 3, already: 0, unknown: []))
        for code in [first, second, third] { #expect(try world.claim(code).reason == .revoked) }
        #expect(try world.violations().isEmpty)
    }

    @Test func `takes codes back by any spelling and by number, and says which are not there`() throws {
        let world = try World()
        let (one, two, three) = (try world.code(), try world.code(), try world.code())
        let nobody = EntityNumber(rawValue: 77_777)
        let spelt = " " + one.text.text.lowercased() + "-"
        let first = try revoke(world, .texts([spelt, "NOBODYS", one.text.text, two.text.text, "\u{FC}", ""]))
        #expect(first == RevokedCodes(revoked: 2, already: 1, unknown: [.text("NOBODYS"), .text("\u{FC}"), .text("")]))
        let second = try revoke(world, .numbers([two.number, three.number, nobody]))
        #expect(second == RevokedCodes(revoked: 1, already: 1, unknown: [.number(nobody)]))
        for code in [one, two, three] { #expect(try world.claim(code).reason == .revoked) }
        #expect(try world.violations().isEmpty)
    }

    @Test func `with one that is not there changes nothing where it is atomic`() throws {
        let world = try World()
        let code = try world.code()
        #expect(
            throws: Rejection.invalidFields(["codes": ["There is no code NOBODYS."]])
        ) { try revoke(world, .texts([code.text.text, "NOBODYS"]), atomic: true) }
        #expect(
            world.rejection { (context) throws(Rejection) in
                let order = RevokeCodes(tenant: world.tenant, .numbers([EntityNumber(rawValue: 77_777)]), atomic: true)
                _ = try Codes.revoke(order, in: &context)
            } != nil)
        #expect(try world.codeView(code.number).state == .active)
        #expect(try revoke(world, .texts([code.text.text]), atomic: true).revoked == 1)
        let missing = Rejection.notFound(entity: "Campaign")
        #expect(throws: missing) { try revoke(world, .campaignKey("nowhere")) }
        #expect(throws: missing) { try revoke(world, .campaign(code.number)) }
    }

    @Test func `takes back a signed code that nobody has claimed, by its text`() throws {
        let world = try World()
        let order = SignCode(tenant: world.tenant, count: 2)
        let signed = try world.attempt { (context) throws(Rejection) in
            try Codes.sign(order, in: &context).codes(0..<2, in: context.state)
        }
        #expect(try revoke(world, .texts([signed[0].text])).revoked == 1)
        let texts = try signed.map { try #require(CodeText(raw: $0.text)) }
        #expect(try world.claim(.code(texts[0])).reason == .revoked)
        #expect(try world.claim(.code(texts[1])).isFresh)
        #expect(try revoke(world, .texts(signed.map(\.text))) == RevokedCodes(revoked: 1, already: 1, unknown: []))
        #expect(try world.violations().isEmpty)
    }

    @Test func `of a campaign is there for everybody at once, and its rows follow`() throws {
        let world = try World()
        let (campaign, other) = (try world.campaign("launch"), try world.campaign("other"))
        let numbers = try fill(world, campaign, count: 2500)
        let elsewhere = try world.code(campaign: other)
        let first = try #require(Codes.find(numbers[0], tenant: world.tenant, state: world.state, now: world.now))
        let text = try #require(CodeText(raw: first.text))
        #expect(try world.claim(.code(text), by: "ada").isFresh)
        try world.revoke(numbers[7])
        _ = try world.takeFrame()
        let instant = world.now
        var begun = try begin(world, campaign)
        world.now = world.now.adding(seconds: 5)
        // The place of the claim before is remembered: what was decided since counts.
        #expect(try world.claim(.code(text), by: "bob").reason == .revoked)
        #expect(try world.claim(.code(text), by: "ada").redemption != nil, "a repeat gets its first answer")
        #expect(
            Claims.validate(text, tenant: world.tenant, state: world.state, now: world.now)
                == .refused(Refusal(.revoked)))
        let later = try world.code(campaign: campaign)
        var tags: [String] = []
        for round in 0... {
            #expect(try count(world, .revoked, campaign) == 2500 && count(world, .revoked, nil) == 2500)
            #expect(try count(world, .active, campaign) == 1 && count(world, .active, nil) == 2, "\(round)")
            #expect(try count(world, nil, campaign) == 2501)
            let view = try world.codeView(numbers[2499])
            #expect(view.state == .revoked && view.revokedAt == instant)
            tags.append(view.version)
            #expect(try world.violations().isEmpty)
            guard begun.isLeft else { break }
            begun = try take(world, begun)
        }
        #expect(Set(tags).count == 1 && tags.count == 4, "three pieces, and a tag that stays: \(tags)")
        #expect(begun.revoked == RevokedCodes(revoked: 2499, already: 1, unknown: []))
        #expect(PendingRanges(reading: world.state).isEmpty)
        #expect(try world.claim(later).isFresh && world.claim(elsewhere).isFresh)
    }

    @Test func `of a campaign writes each event once, whoever changes codes meanwhile`() throws {
        let world = try World()
        let campaign = try world.campaign()
        let numbers = try fill(world, campaign, count: 1500)
        _ = try world.takeFrame()
        world.actor = .key(EntityNumber(rawValue: 5))
        var begun = try begin(world, campaign)
        world.actor = .host
        // A change does not write what its piece will, and neither does a second revocation.
        let patch = PatchCode(tenant: world.tenant, number: numbers[1400], maxUses: .set(9))
        let patched = try world.attempt { (context) throws(Rejection) in try Codes.patch(patch, in: &context) }
        #expect(patched.state == .revoked && patched.capacity.limit == 9)
        try world.revoke(numbers[1401])
        #expect(try revoke(world, .numbers([numbers[1402]])) == RevokedCodes(revoked: 0, already: 1, unknown: []))
        let again = RevokeCodes(tenant: world.tenant, .campaign(campaign))
        for _ in 0..<2 {
            #expect(
                try world.attempt { (context) throws(Rejection) in
                    try Codes.revokeFew(again, in: &context)
                } == nil)
            #expect(
                try world.attempt { (context) throws(Rejection) in
                    try BigRevocation.begin(again, in: &context)
                } == nil, "one of a campaign at a time")
        }
        #expect(try revoke(world, .campaign(campaign)) == RevokedCodes(revoked: 0, already: 1500, unknown: []))
        var events = try world.takeFrame().events
        while begun.isLeft {
            begun = try take(world, begun)
            events += try world.takeFrame().events
        }
        let revoked = events.filter { $0.kind == .codeRevoked }
        #expect(revoked.map(\.subject) == numbers)
        #expect(revoked.allSatisfy { $0.actor == .key(EntityNumber(rawValue: 5)) })
        #expect(begun.revoked.revoked == 1500)
    }

    @Test func `of a campaign leaves alone what nobody could see then`() throws {
        let world = try World()
        let campaign = try world.campaign()
        _ = try fill(world, campaign, count: 20)
        let order = GenerateCodes(
            tenant: world.tenant, count: 100, length: 10, terms: CodeTerms(campaign: campaign))
        let hidden = try #require(
            try world.attempt { (context) throws(Rejection) in try BigGeneration.begin(order, in: &context) })
        try world.attempt { (context) throws(Rejection) in _ = try hidden.write(0..<50, in: &context) }
        var begun = try begin(world, campaign)
        try world.attempt { (context) throws(Rejection) in _ = try hidden.write(50..<100, in: &context) }
        guard case .later = world.run({ hidden.finish(in: &$0) }) else { throw NoSuchThing() }
        while begun.isLeft { begun = try take(world, begun) }
        #expect(begun.revoked.revoked == 20)
        guard case .done = world.run({ hidden.finish(in: &$0) }) else { throw NoSuchThing() }
        #expect(try count(world, .active, campaign) == 100 && count(world, .revoked, campaign) == 20)
        #expect(try world.violations().isEmpty)
    }

    @Test func `of a campaign that nobody carries out any more is written by whoever comes next`() throws {
        let world = try World()
        let campaign = try world.campaign()
        _ = try fill(world, campaign, count: 2100)
        let begun = try begin(world, campaign)
        _ = try take(world, begun)
        let end = try #require(PendingRanges(reading: try world.snapshot()).ends.first)
        for _ in 0..<2 { world.run { PendingRanges.settlePiece(ofWorkBefore: end, in: &$0) } }
        #expect(PendingRanges(reading: world.state).isEmpty)
        guard case .lost = world.run({ begun.take(in: &$0) }) else { throw NoSuchThing() }
        #expect(try count(world, .revoked, campaign) == 2100)
        #expect(try world.violations().isEmpty)
    }

    @Test func `is checked: a campaign that is there, and numbers that were given out`() throws {
        let world = try World()
        let begun = try begin(world, try world.campaign())
        #expect(try world.violations().isEmpty)
        let mark = try #require(PendingRanges(reading: world.state).revocations.first)
        #expect(mark.end == begun.end)
        let (nobody, future) = (EntityNumber(rawValue: 99_999), EntityNumber(rawValue: 1 << 50))
        for (campaign, end) in [(nobody, mark.end), (mark.campaign, future)] {
            let damaged = PendingRevocation(
                tenant: mark.tenant, campaign: campaign, end: end, next: mark.next, revokedAt: mark.revokedAt,
                actorCode: mark.actorCode)
            world.state.put(SettingRecord.self, .pendingRevocations, .pendingRevocations([damaged]))
            #expect(try world.violations().map(\.rule) == ["pending"])
        }
    }
}
