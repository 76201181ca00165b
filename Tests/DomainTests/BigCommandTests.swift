import Journal
import Store
import TestSupport
import Testing

@testable import Domain

/// A big generation that is carried out by hand.
private struct Generation {
    let world: World
    let begun: BigGeneration

    init(
        _ world: World, count: Int64, length: Int64 = 10, terms: CodeTerms = CodeTerms()
    ) throws {
        self.world = world
        let order = GenerateCodes(tenant: world.tenant, count: count, length: length, terms: terms)
        begun = try #require(try world.begin(order))
    }

    func write(_ piece: Range<Int>) throws {
        try world.attempt { context throws(Rejection) in _ = try begun.write(piece, in: &context) }
    }

    func finish() { world.run { _ = begun.finish(in: &$0) } }

    /// Removes it; gives the number of commands that took.
    func remove() -> Int {
        var pieces = 1
        while world.run({ PendingRanges.removePiece(ofRangeBefore: begun.range.end, in: &$0) }) { pieces += 1 }
        return pieces
    }
}

extension World {
    /// Lists all codes, page by page.
    fileprivate func listed(campaign: EntityNumber? = nil, limit: Int = 7) throws -> [CodeView] {
        let snapshot = try snapshot()
        var found: [CodeView] = []
        var page = PageRequest(limit: limit)
        while true {
            let query = CodeQuery(tenant: tenant, campaign: campaign, page: page)
            let part = Codes.list(query, in: snapshot, now: now)
            found += part.items
            guard let next = part.next else { return found }
            page.after = next
        }
    }
}

@Suite("Big commands")
struct BigCommandTests {
    private let terms = CodeTerms(maxUses: 3, metadata: json(#"{"batch":1}"#))

    @Test("show nobody any of their codes before the last piece, and then all")
    func hidden() throws {
        let world = try World()
        let campaign = try world.campaign()
        let before = try world.code(campaign: campaign)
        var terms = terms
        terms.campaign = campaign
        let generation = try Generation(world, count: 200, terms: terms)
        let between = try world.code(campaign: campaign)
        try generation.write(0..<100)
        let after = try world.code(campaign: campaign)
        try generation.write(100..<200)
        let seen = [after.number, between.number, before.number]
        #expect(try world.listed().map(\.number) == seen)
        #expect(try world.listed(campaign: campaign).map(\.number) == seen)
        var visited: [EntityNumber] = []
        Codes.forEach(CodeQuery(tenant: world.tenant), in: try world.snapshot(), now: world.now) {
            visited.append($0.number)
            return true
        }
        #expect(visited == seen.reversed())
        for index in [0, 99, 199] { try expectHidden(world, generation.begun.codes.number(at: index)) }
        #expect(try world.violations().isEmpty)
        generation.finish()
        #expect(world.state.contains(Tables.settings, PendingRanges.key) == false)
        #expect(try world.listed(campaign: campaign).count == 203)
        let views = generation.begun.codes.views(0..<200, in: try world.snapshot())
        #expect(views == (try world.listed()).filter { !seen.contains($0.number) }.reversed())
        #expect(views.allSatisfy { $0.metadata == json(#"{"batch":1}"#) && $0.capacity.limit == 3 })
        let text = try #require(CodeText(raw: views[42].text))
        #expect(try world.claim(.code(text)).isFresh)
        #expect(generation.begun.codes.views(42..<43, in: world.state) == [views[42]], "as it was made")
        #expect(try world.violations().isEmpty)
    }

    /// Nobody can look at the code, change it or claim it; its text is taken.
    private func expectHidden(_ world: World, _ number: EntityNumber) throws {
        let row = try #require(Codes.row(number, tenant: world.tenant, state: world.state))
        let text = try #require(CodeText(raw: row.text))
        #expect(Codes.find(number, tenant: world.tenant, state: world.state, now: world.now) == nil)
        #expect(Codes.number(text: text, tenant: world.tenant, state: world.state) == nil)
        #expect(try world.claim(.code(text)).reason == .invalid)
        #expect(try world.claim(.code(text), kind: .hold(ttlSeconds: 60)).reason == .invalid)
        #expect(
            Claims.validate(text, tenant: world.tenant, state: world.state, now: world.now)
                == .refused(Refusal(.invalid)))
        let notFound = Rejection.notFound(entity: "Code")
        #expect(
            world.rejection { (context) throws(Rejection) in
                try Codes.revoke(number, tenant: world.tenant, in: &context)
            } == notFound)
        let patch = PatchCode(tenant: world.tenant, number: number, maxUses: .set(9))
        #expect(
            world.rejection { (context) throws(Rejection) in try Codes.patch(patch, in: &context) } == notFound)
        let again = ImportCodes(tenant: world.tenant, rows: [ImportRow(line: 1, text: row.text)])
        let report = try world.attempt { (context) throws(Rejection) in try Codes.importRows(again, in: &context) }
        #expect(report.failures.map(\.code) == ["taken"])
    }

    @Test("that are given up leave nothing, removed in bounded pieces", arguments: [0, 1, 63, 64, 2500])
    func removed(written: Int) throws {
        let world = try World()
        let campaign = try world.campaign()
        var terms = terms
        terms.campaign = campaign
        _ = try world.code(campaign: campaign)
        let before = try records(world)
        let generation = try Generation(world, count: 12_000, terms: terms)
        for start in stride(from: 0, to: written, by: 500) { try generation.write(start..<min(start + 500, written)) }
        #expect(try world.listed().count == 1)
        let pieces = generation.remove()
        #expect(pieces >= max(1, written * 4 / Codes.removalsMax))
        #expect(try records(world) == before)
        #expect(try world.violations().isEmpty)
    }

    /// Counts the records of each table.
    private func records(_ world: World) throws -> [TableID: Int] {
        let snapshot = try world.snapshot()
        return Dictionary(uniqueKeysWithValues: Tables.all.map { ($0.id, snapshot.count($0.id)) })
    }

    @Test("of import that are given up are removed without a look at the numbers that they have not taken")
    func removedImport() throws {
        let world = try World()
        let terms = CodeTerms(metadata: json(#"{"a":1}"#))
        let rows = (1...2000).map { ImportRow(line: $0, text: "GIVEN-\($0)", terms: terms) }
        let before = try records(world)
        var big = try #require(world.run { BigImport.begin(world.tenant, rowsMax: 1_000_000, in: &$0) })
        #expect(big.range.end.rawValue - big.range.first.rawValue == 2_000_000)
        for start in stride(from: 0, to: 2000, by: 1000) {
            let known = big
            guard case .done(let next) = world.run({ known.take(rows[start..<start + 1000], in: &$0) }) else {
                throw NoSuchThing()
            }
            big = next
        }
        // A part of it is in LMDB, the rest above.
        _ = try world.snapshot()
        guard case .done = world.run({ big.take(rows[..<0], in: &$0) }) else { throw NoSuchThing() }
        let end = big.range.end
        var pieces = 1
        while world.run({ PendingRanges.removePiece(ofRangeBefore: end, in: &$0) }) { pieces += 1 }
        #expect(pieces <= 2000 * 4 / Codes.removalsMax + 2)
        #expect(try records(world) == before)
        #expect(PendingRanges(reading: world.state).isEmpty)
        #expect(try world.violations().isEmpty)
    }

    @Test("of which part is removed stay hidden in what is left, also for a new process")
    func partlyRemoved() throws {
        let world = try World()
        let generation = try Generation(world, count: 3000)
        for start in stride(from: 0, to: 3000, by: 1000) { try generation.write(start..<start + 1000) }
        let isLeft = world.run { PendingRanges.removePiece(ofRangeBefore: generation.begun.range.end, in: &$0) }
        #expect(isLeft)
        #expect(try world.listed().isEmpty)
        let range = try #require(PendingRanges(reading: try world.snapshot()).ranges.first)
        #expect(range.first > generation.begun.range.first && range.end == generation.begun.range.end)
        // A driver that has not heard of it cannot continue.
        let step = try world.attempt { (context) throws(Rejection) in
            try generation.begun.write(0..<10, in: &context)
        }
        guard case .lost = step else {
            Issue.record("a piece was written outside of a pending range")
            return
        }
        guard case .lost = world.run({ generation.begun.finish(in: &$0) }) else {
            Issue.record("half of a command became visible")
            return
        }
        #expect(generation.remove() >= 1)
        #expect(try world.violations().isEmpty && world.snapshot().count(Tables.codes) == 0)
    }

    @Test("are bounded in number")
    func bounded() throws {
        let world = try World()
        for _ in 0..<PendingRanges.rangesMax { _ = try Generation(world, count: 1001) }
        #expect(try world.begin(GenerateCodes(tenant: world.tenant, count: 1001)) == nil)
        #expect(PendingRanges(reading: world.state).ranges.count == PendingRanges.rangesMax)
        #expect(try world.violations().isEmpty)
    }

    @Test("of import report the same rows as one command does, and take the same", arguments: [false, true])
    func imports(inPieces: Bool) throws {
        let world = try World()
        _ = try world.campaign("launch")
        let signed = try world.attempt { (context) throws(Rejection) in
            try Codes.sign(SignCode(tenant: world.tenant), in: &context).codes(0..<1, in: context.state)[0]
        }
        let taken = try world.code()
        var rows = (1...30).map { ImportRow(line: $0, text: "CODE-\($0)", campaignKey: "launch") }
        rows[3].text = "code 2"
        rows[7].text = taken.text.text
        rows[9].campaignKey = "nowhere"
        rows[12].text = "ü"
        rows[14].terms.expiresAt = world.now
        rows[15].text = signed.text
        rows[20].terms.metadata = json(#"{"a":1}"#)
        rows[21].terms.metadata = json(#"{"a":1}"#)
        let order = ImportCodes(tenant: world.tenant, rows: rows)
        let report: ImportReport
        if inPieces {
            var big = try #require(world.run { BigImport.begin(order.tenant, rowsMax: rows.count, in: &$0) })
            for start in stride(from: 0, to: rows.count, by: 7) {
                let piece = rows[start..<min(start + 7, rows.count)]
                guard case .done(let next) = world.run({ big.take(piece, in: &$0) }) else { throw NoSuchThing() }
                big = next
                #expect(try world.listed().map(\.number) == [taken.number])
                world.now = world.now.adding(seconds: 1)
            }
            guard case .done = world.run({ big.finish(in: &$0) }) else { throw NoSuchThing() }
            report = big.report
        } else {
            report = try world.attempt { (context) throws(Rejection) in try Codes.importRows(order, in: &context) }
        }
        #expect(report.imported == 24)
        #expect(report.failures.map(\.line) == [4, 8, 10, 13, 15, 16])
        #expect(
            report.failures.map(\.code)
                == ["duplicate", "taken", "campaign_not_found", "malformed", "invalid_field", "taken"])
        #expect(try world.listed().count == 25)
        #expect(try world.violations().isEmpty)
    }

    @Test("of import are cut into pieces that are bounded in rows and in bytes")
    func pieces() {
        let long = CodeTerms(metadata: [UInt8](repeating: 0x20, count: 60_000))
        let rows = (1...5000).map { ImportRow(line: $0, text: "C\($0)", terms: $0 > 4990 ? long : CodeTerms()) }
        var gathered = ImportPieces()
        var pieces = rows.compactMap { gathered.take($0) }
        pieces.append(gathered.takeRest())
        #expect(pieces.map(\.count) == [1000, 1000, 1000, 1000, 994, 4, 2])
        #expect(pieces.flatMap { $0.map(\.line) } == Array(1...5000))
        #expect(gathered.takeRest().isEmpty)
    }

    @Test("are checked: numbers that nobody was given, ranges on ranges, claims on what nobody may see")
    func invariants() throws {
        let world = try World()
        let generation = try Generation(world, count: 100)
        try generation.write(0..<10)
        #expect(try world.violations().isEmpty)
        let (first, end) = (generation.begun.range.first, generation.begun.range.end)
        func store(_ ranges: [(UInt64, UInt64)]) {
            world.state.put(Tables.settings, PendingRanges.key) { writer in
                writer.append(byte: 1)
                writer.append(byte: UInt8(ranges.count))
                for (first, end) in ranges {
                    writer.append(compact: UInt64(world.tenant.rawValue))
                    writer.append(compact: first)
                    writer.append(compact: end)
                }
            }
        }
        store([(first.rawValue, end.rawValue + 1000)])
        #expect(try world.violations().map(\.rule) == ["pending"])
        store([(first.rawValue, end.rawValue), (end.rawValue - 1, end.rawValue)])
        #expect(try world.violations().map(\.rule) == ["pending"])
        store([(first.rawValue, end.rawValue)])
        let key = RecordKeys.target(world.tenant, .code, first)
        var counter = world.state.capacity(.code, first, tenant: world.tenant)
        _ = counter.take(1, as: .used)
        world.state.setCounter(Tables.counters, key, counter)
        #expect(try world.violations().map(\.rule).contains("pending"))
    }
}
