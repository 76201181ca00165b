import Journal
import Store
import TestSupport
import Testing

@testable import Domain

/// One random history of everything that moves codes and holds from state to state.
private final class StateHistory {
    let world: World
    var random: SeededGenerator
    var campaigns: [EntityNumber?] = [nil]
    var codes: [(number: EntityNumber, text: CodeText)] = []
    var holds: [EntityNumber] = []
    var redemptions: [EntityNumber] = []

    init(seed: UInt64) throws {
        world = try World(seed: seed)
        random = SeededGenerator(seed: seed &* 7919)
        campaigns += [try world.campaign("a"), try world.campaign("b")]
    }

    func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &random) }

    func step() throws {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20: try makeCodes()
        case 20..<65: try claim()
        case 65..<73: try endHold()
        case 73..<78: if let number = pick(redemptions) { _ = try? world.releaseRedemption(number) }
        case 78..<82: if let code = pick(codes) { try world.revoke(code.number) }
        case 82..<90: patch()
        case 90..<94: try world.advance(seconds: Int64.random(in: 1...400, using: &random))
        case 94..<97: world.now = world.now.adding(seconds: Int64.random(in: 1...90, using: &random))
        case 97..<98: removeCode()
        default: _ = try world.snapshot()
        }
    }

    private func makeCodes() throws {
        let ends = [
            nil, world.now.adding(seconds: 300), world.now.adding(seconds: Int64.random(in: 1...900, using: &random)),
        ]
        let terms = CodeTerms(
            campaign: pick(campaigns) ?? nil, maxUses: Int64.random(in: 1...3, using: &random),
            expiresAt: pick(ends) ?? nil)
        let command = GenerateCodes(
            tenant: world.tenant, count: Int64.random(in: 1...90, using: &random), terms: terms)
        let batch = try world.attempt { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
        for index in 0..<batch.count {
            codes.append((batch.number(at: index), try #require(CodeText(raw: batch.text(at: index)))))
        }
    }

    private func claim() throws {
        guard let code = pick(codes) else { return }
        let ttl = UInt32.random(in: 1...200, using: &random)
        let answer = try world.claim(
            code, by: "r\(UInt8.random(in: 0...40, using: &random))",
            kind: Bool.random(using: &random) ? .redeem : .hold(ttlSeconds: ttl))
        if let hold = answer.hold, answer.isFresh { holds.append(hold.number) }
        if let redemption = answer.redemption, answer.isFresh { redemptions.append(redemption.number) }
    }

    private func endHold() throws {
        guard let hold = pick(holds) else { return }
        if Bool.random(using: &random) {
            if let answer = try? world.confirm(hold), let redemption = answer.redemption, answer.isFresh {
                redemptions.append(redemption.number)
            }
        } else {
            _ = try? world.releaseHold(hold)
        }
    }

    private func patch() {
        guard let code = pick(codes) else { return }
        var command = PatchCode(tenant: world.tenant, number: code.number)
        if Bool.random(using: &random) {
            command.maxUses = .set(Int64.random(in: 1...3, using: &random))
        } else {
            let end = world.now.adding(seconds: Int64.random(in: 1...500, using: &random))
            command.expiresAt = .set(Bool.random(using: &random) ? end : nil)
        }
        _ = try? world.attempt { (context) throws(Rejection) in try Codes.patch(command, in: &context) }
    }

    /// Removes all records of a code that nobody has claimed.
    private func removeCode() {
        guard let index = codes.indices.randomElement(using: &random) else { return }
        let (number, text) = codes[index]
        let view = Codes.find(number, tenant: world.tenant, state: world.state, now: world.now)
        guard let view, view.version.contains(".1."), view.campaign == nil else { return }
        codes.remove(at: index)
        world.run { context in
            context.state.remove(Tables.codes, RecordKeys.entity(self.world.tenant, number))
            context.state.remove(Tables.counters, RecordKeys.target(self.world.tenant, .code, number))
            context.state.remove(Tables.codeTexts, RecordKeys.text(self.world.tenant, text.text))
        }
    }
}

/// Walks a list page by page and returns all of it.
private func all<Item>(limit: Int, _ list: (PageRequest) throws -> Page<Item>) rethrows -> [Item] {
    var items: [Item] = []
    var request = PageRequest(limit: limit)
    while true {
        let page = try list(request)
        items += page.items
        guard let next = page.next else { return items }
        request.after = next
    }
}

private func records(_ snapshot: Snapshot, _ projection: any Projection) -> [String] {
    var records: [String] = []
    for table in projection.tables {
        snapshot.scan(table.id, prefix: Key(), from: nil, descending: false) { key, value in
            records.append("\(key.withUnsafeBytes { Array($0) }) \(value.withUnsafeBytes { Array($0) })")
            return true
        }
    }
    return records
}

@Suite struct `Lists by state of random histories` {
    private func expectAgreement(_ history: StateHistory) throws {
        let world = history.world
        let snapshot = try world.snapshot()
        let limit = Int.random(in: 1...70, using: &history.random)
        for now in [world.now, world.now.adding(seconds: 150), world.now.adding(seconds: 5000)] {
            for campaign in history.campaigns {
                let codes = all(limit: 5000) {
                    Codes.list(CodeQuery(tenant: world.tenant, campaign: campaign, page: $0), in: snapshot, now: now)
                }
                for state in CodeState.allCases {
                    let listed = all(limit: limit) {
                        Codes.list(
                            CodeQuery(tenant: world.tenant, campaign: campaign, state: state, page: $0), in: snapshot,
                            now: now)
                    }
                    #expect(listed == codes.filter { $0.state == state }, "\(state)")
                }
                let holds = all(limit: 5000) {
                    Holds.list(HoldQuery(tenant: world.tenant, campaign: campaign, page: $0), in: snapshot, now: now)
                }
                let code = history.pick(holds)?.code
                for state in HoldState.allCases {
                    let listed = all(limit: limit) {
                        Holds.list(
                            HoldQuery(tenant: world.tenant, state: state, campaign: campaign, page: $0), in: snapshot,
                            now: now)
                    }
                    #expect(listed == holds.filter { $0.state == state }, "\(state)")
                    guard let code else { continue }
                    let ofCode = all(limit: limit) {
                        Holds.list(
                            HoldQuery(tenant: world.tenant, state: state, code: code, page: $0), in: snapshot, now: now)
                    }
                    #expect(ofCode == holds.filter { $0.state == state && $0.code == code }, "\(state) of a code")
                }
            }
        }
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `are what the rows say, at any time, and a rebuild writes the same bytes`(seed: UInt64) throws {
        let history = try StateHistory(seed: seed)
        for _ in 0..<4 {
            for _ in 0..<90 { try history.step() }
            try expectAgreement(history)
        }
        for projection in [CodeStates(), HoldStates()] as [any Projection] {
            let before = records(try history.world.snapshot(), projection)
            #expect(before.count > 10)
            try history.world.store.store.rebuildProjection(projection.id, recordsPerCommit: Int(seed) * 13)
            #expect(records(try history.world.snapshot(), projection) == before)
        }
        try expectAgreement(history)
    }

    @Test func `are found row by row while the index is stale, with the same cursors`() throws {
        let world = try World(projections: [])
        let codes = try (0..<200).map { try world.code(maxUses: $0 % 2 == 0 ? 1 : 2) }
        for code in codes.prefix(60) { _ = try world.claim(code) }
        let snapshot = try world.snapshot()
        #expect(!snapshot.isCurrent(.codeStates))
        let listed = all(limit: 7) {
            Codes.list(CodeQuery(tenant: world.tenant, state: .redeemed, page: $0), in: snapshot, now: world.now)
        }
        #expect(
            listed.map(\.number)
                == codes.prefix(60).enumerated().filter { $0.offset % 2 == 0 }.map(\.element.number).reversed())
    }
}

@Suite struct `A page of a list` {
    /// Many codes, a few of which were revoked or claimed long ago.
    private func world(_ count: Int64, projections: [any Projection] = [CodeStates(), HoldStates()]) throws -> (
        world: World, old: [(number: EntityNumber, text: CodeText)]
    ) {
        let world = try World(projections: projections)
        let campaign = try world.campaign()
        let old = try (0..<6).map { _ in
            try world.code(maxUses: 9, campaign: campaign, expiresAt: world.now.adding(seconds: 50))
        }
        for code in old.prefix(2) { try world.revoke(code.number) }
        let command = GenerateCodes(tenant: world.tenant, count: count, terms: CodeTerms(campaign: campaign))
        _ = try world.attempt { (context) throws(Rejection) in try Codes.generate(command, in: &context) }
        return (world, old)
    }

    @Test func `costs what its items cost, however many codes do not match`() throws {
        let (world, old) = try world(20_000)
        _ = try world.claim(old[2], by: "early", kind: .hold(ttlSeconds: 60))
        let counted = CountedState(try world.snapshot())
        let later = world.now.adding(seconds: 55)
        for campaign in [nil, try world.codeView(old[0].number).campaign] {
            for (state, count) in [(CodeState.revoked, 2), (.expired, 4), (.redeemed, 0), (.exhausted, 0)] {
                let records = counted.count {
                    let query = CodeQuery(tenant: world.tenant, campaign: campaign, state: state)
                    #expect(Codes.list(query, in: counted, now: later).items.count == count)
                }
                #expect(records < 40, "\(state): \(records) records")
            }
            let records = counted.count {
                let query = HoldQuery(tenant: world.tenant, state: .held, campaign: campaign)
                #expect(Holds.list(query, in: counted, now: later).items.count == 1)
            }
            #expect(records < 10)
        }
    }

    @Test func `ends after so many records when nothing says where matches are, and continues behind them`() throws {
        let (world, old) = try world(Int64(PageRequest.visitsMax) * 2 + 500, projections: [])
        let counted = CountedState(try world.snapshot())
        var request = PageRequest(limit: 10)
        var found: [EntityNumber] = []
        var pages = 0
        while true {
            let records = counted.count {
                let page = Codes.list(
                    CodeQuery(tenant: world.tenant, state: .revoked, page: request), in: counted, now: world.now)
                found += page.items.map(\.number)
                request.after = page.next
            }
            #expect(records <= 2 * PageRequest.visitsMax + 20)
            pages += 1
            guard request.after != nil else { break }
        }
        #expect(pages == 3)
        #expect(found == [old[1].number, old[0].number])
    }

    @Test func `of a person with more claims than a page may gather is found by walking, newest first`() throws {
        let world = try World()
        let count = PageRequest.visitsMax + 100
        let batch = try world.attempt { (context) throws(Rejection) in
            try Codes.generate(
                GenerateCodes(tenant: world.tenant, count: Int64(count), terms: CodeTerms()), in: &context)
        }
        let other = try world.claim((batch.number(at: 0), try #require(CodeText(raw: batch.text(at: 0)))), by: "bob")
        for index in 1..<count {
            _ = try world.claim(
                (batch.number(at: index), try #require(CodeText(raw: batch.text(at: index)))), by: "ada")
        }
        let counted = CountedState(try world.snapshot())
        var pages = 0
        let listed = all(limit: 5000) { page in
            pages += 1
            var found = Page<Redemption>(items: [], next: nil)
            let records = counted.count {
                found = Redemptions.list(
                    RedemptionQuery(tenant: world.tenant, redeemer: AccountID("ada"), page: page), in: counted)
            }
            #expect(records <= 2 * PageRequest.visitsMax + 10)
            return found
        }
        #expect(listed.count == count - 1 && pages == 3)
        #expect(listed.map(\.number) == listed.map(\.number).sorted(by: >))
        #expect(!listed.contains { $0.number == other.redemption?.number })
    }

    @Test func `finds one code by any spelling, and only with the other filters`() throws {
        let world = try World()
        let campaign = try world.campaign()
        let command = CreateVanityCode(
            tenant: world.tenant, text: "Welcome-2027", terms: CodeTerms(campaign: campaign))
        let code = try world.attempt { (context) throws(Rejection) in try Codes.createVanity(command, in: &context) }
        _ = try world.code()
        let snapshot = try world.snapshot()
        func find(_ text: String, campaign: EntityNumber? = nil, state: CodeState? = nil) -> [EntityNumber] {
            let query = CodeQuery(
                tenant: world.tenant, text: CodeText(raw: text), campaign: campaign, state: state,
                page: PageRequest(limit: 1))
            let page = Codes.list(query, in: snapshot, now: world.now)
            #expect(!page.hasMore)
            return page.items.map(\.number)
        }
        for text in ["WELCOME-2027", "welcome2027", " Welcome - 2027 "] { #expect(find(text) == [code.number]) }
        #expect(find("welcome-2027", campaign: campaign, state: .active) == [code.number])
        #expect(find("welcome-2027", state: .revoked) == [])
        #expect(find("welcome-2027", campaign: EntityNumber(rawValue: 99)) == [])
        #expect(find("welcome-2028") == [])
    }
}
