import Domain
import Journal
import Store
import TestSupport
import Testing

@testable import Engine

/// The events of a running engine.
@Suite struct `The log of events` {
    private let clock = ManualClock()

    private func open(
        in directory: TemporaryDirectory? = nil, _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> TemporaryEngine {
        try TemporaryEngine(in: directory, seams: EngineSeams(clock: clock), configure)
    }

    /// Everything that happened.
    private func all(_ temporary: TemporaryEngine, of tenant: TenantNumber? = nil) throws -> [Event] {
        try temporary.engine.events(of: tenant, limit: .max)
    }

    private static let asker = Actor.key(EntityNumber(rawValue: 77))

    /// Lives through a few claims of each kind; gives the positions that the answers carried.
    private func live(_ temporary: TemporaryEngine) async throws -> [LogPosition] {
        let engine = temporary.engine
        let campaign = try await temporary.makeCampaign(total: 3)
        let code = try await temporary.makeCode(campaign: campaign.number, maxUses: 10)
        var positions: [LogPosition] = []
        let one = try await engine.claim(.redeem(code, by: "ada"), by: Self.asker)
        positions.append(one.position)
        positions.append(try await engine.claim(.redeem(code, by: "ada"), by: Self.asker).position)
        let two = try await engine.claim(.redeem(code, by: "bob", kind: .hold(ttlSeconds: 60)), by: Self.asker)
        positions.append(two.position)
        _ = try await engine.claim(.redeem(code, by: "cy", kind: .hold(ttlSeconds: 5)), by: Self.asker)
        positions.append(try await engine.claim(.redeem(code, by: "dee"), by: Self.asker).position)
        guard case .held(let hold, _) = two.value, case .redeemed(let row, _) = one.value else { throw NoSuchThing() }
        _ = try await engine.decide(by: Self.asker) { context throws(Rejection) in
            try Holds.confirm(hold.number, tenant: .default, in: &context)
        }
        clock.advance(seconds: 6)
        _ = try await engine.decide(by: .root(EntityNumber(rawValue: 5))) { context throws(Rejection) in
            try Redemptions.release(row.number, tenant: .default, in: &context)
        }
        return positions
    }

    @Test func `has each transition once, with who acted, and none for a repeat or a refusal`() async throws {
        let temporary = try open()
        let positions = try await live(temporary)
        let events = try all(temporary)
        #expect(
            events.map(\.kind.word) == [
                "tenant.created", "signing_key.created", "campaign.created", "code.created", "code.redeemed",
                "hold.taken", "hold.taken", "campaign.sold_out", "hold.confirmed", "code.redeemed", "hold.expired",
                "campaign.reopened", "redemption.released",
            ])
        let key = Self.asker
        #expect(
            events.map(\.actor) == [
                .node, .node, .host, .host, key, key, key, key, key, key, .clock, .clock,
                .root(EntityNumber(rawValue: 5)),
            ])
        #expect(events.map(\.id).sorted() == events.map(\.id))
        // A repeat and a refusal are true at the position of the event before them.
        let redeemed = events[4].id
        #expect(positions[0] == redeemed.position && positions[1] == redeemed.position && redeemed.index == 0)
        #expect(positions[2] == events[5].id.position)
        #expect(positions[3] == events[7].id.position && events[7].id.index == 1)
        #expect(events[8].id.position == events[9].id.position && events[9].id.index == 1)
    }

    @Test func `is the same after a restart, and continues`() async throws {
        let directory = try TemporaryDirectory("events")
        let first = try open(in: directory)
        _ = try await live(first)
        let before = try all(first)
        first.engine.close()
        let second = try open(in: directory)
        #expect(try all(second) == before)
        _ = try await second.makeCode(maxUses: 1)
        let after = try all(second)
        #expect(after.dropLast() == before[...])
        #expect(after.last?.kind == .codeCreated)
        #expect(after.map(\.id).sorted() == after.map(\.id))
    }

    @Test func `is read on behind any event, in parts of any size`() async throws {
        let temporary = try open()
        _ = try await live(temporary)
        let events = try all(temporary)
        for (index, event) in events.enumerated() {
            #expect(try temporary.engine.events(after: event.id, limit: .max) == Array(events[(index + 1)...]))
        }
        for size in 1...4 {
            let events = try all(temporary)
            let reader = try temporary.engine.makeEventReader()
            var read: [Event] = []
            while case let part = try reader.next(through: temporary.engine.eventsEnd, limit: size), !part.isEmpty {
                #expect(part.count <= size)
                read += part
            }
            #expect(read == events)
            // A reader that was at the end continues when there is more.
            _ = try await temporary.makeCode(maxUses: 1)
            let more = try reader.next(through: temporary.engine.eventsEnd, limit: 9)
            #expect(more.map(\.kind) == [.codeCreated])
            #expect(try reader.next(through: temporary.engine.eventsEnd, limit: 9).isEmpty)
        }
    }

    @Test func `is told apart from another history, and from what is not there`() async throws {
        let temporary = try open { $0.segmentBytes = 1 << 16 }
        _ = try await live(temporary)
        let last = try #require(try all(temporary).last?.id)
        var other = last
        other.position.epoch += 1
        #expect(throws: JournalError.unknownPosition(other.position)) {
            try temporary.engine.events(after: other, limit: 1)
        }
        var later = last
        later.position.sequence += 1
        #expect(throws: JournalError.unknownPosition(later.position)) {
            try temporary.engine.events(after: later, limit: 1)
        }
    }

    @Test func `says that an event is gone with its segment, and continues behind the ones that are kept`() async throws
    {
        let directory = try TemporaryDirectory("events")
        func configure(_ configuration: inout EngineConfiguration) {
            configuration.segmentBytes = 1 << 16
            configuration.journalRetentionBytes = 0
        }
        let first = try open(in: directory, configure)
        _ = try await live(first)
        let early = try all(first)
        let slow = try first.engine.makeEventReader()
        #expect(try slow.next(through: first.engine.eventsEnd, limit: 1) == Array(early.prefix(1)))
        for _ in 0..<500 where try Journal.segments(first.engine.journal)[0].number < 3 {
            _ = try await first.engine.generateCodes(GenerateCodes(tenant: .default, count: 1000), by: Self.asker)
            // Segments go once LMDB has what is in them, which a read waits for.
            _ = try await first.engine.read { _, _ in }
        }
        first.engine.close()
        let temporary = try open(in: directory, configure)
        let engine = temporary.engine
        let oldest = LogPosition(epoch: 1, sequence: try Journal.segments(engine.journal)[0].firstSequence - 1)
        let kept = try all(temporary)
        #expect(kept.allSatisfy { $0.id.position > oldest })
        for event in early {
            // Nobody takes what comes next for all that came: the event asked for, and the oldest that is there.
            let gone = JournalError.notRetained(event.id.position, oldest: oldest)
            #expect(throws: gone) { try engine.events(after: event.id, limit: 1) }
            #expect(throws: gone) { try engine.events(after: event.id, of: .default, limit: 1) }
            #expect(gone.description.contains("after \(event.id.position) has been removed"))
        }
        // So is a reader that was overtaken.
        #expect {
            while try !slow.next(through: engine.eventsEnd, limit: 9).isEmpty {}
        } throws: { error in
            if case .notRetained(_, oldest: oldest)? = error as? JournalError { true } else { false }
        }
        // The ones that are kept are read from the first one on and behind each, also after more has happened.
        _ = try await temporary.makeCode(maxUses: 1)
        let events = try all(temporary)
        #expect(events.dropLast() == kept[...] && events.last?.kind == .codeCreated)
        for (index, event) in events.enumerated() {
            #expect(try engine.events(after: event.id, limit: .max) == Array(events[(index + 1)...]))
        }
    }

    @Test func `of one tenant has nothing of another`() async throws {
        let temporary = try open()
        let engine = temporary.engine
        _ = try await live(temporary)
        let acme = try await engine.decide { context throws(Rejection) in
            try Tenants.create(id: "acme", name: nil, in: &context).number
        }.value
        _ = try await engine.decide { context throws(Rejection) in
            try Codes.generate(GenerateCodes(tenant: acme, count: 2), in: &context)
        }
        let everything = try all(temporary)
        #expect(try all(temporary, of: acme).map(\.kind) == [.tenantCreated, .codeCreated])
        #expect(try all(temporary, of: .default) == everything.filter { $0.tenant == .default })
        #expect(everything.filter { $0.tenant == .system }.map(\.kind) == [.signingKeyCreated])
    }

    @Test func `has one event for codes that are made in pieces, when everybody sees them`() async throws {
        let temporary = try open()
        let made = try await temporary.engine.generateCodes(
            GenerateCodes(tenant: .default, count: 2500), by: Self.asker)
        let rows = (0..<2500).map { ImportRow(line: $0, text: "IMPORTED\($0)") }
        let report = try await temporary.engine.importCodes(
            ImportCodes(tenant: .default, rows: rows), by: Self.asker)
        #expect(report.value.imported == 2500)
        let events = try all(temporary).filter { $0.kind == .codeCreated }
        #expect(events.map(\.actor) == [Self.asker, Self.asker])
        #expect(events.map(\.id.position) == [made.position, report.position])
        #expect(events[0].subject == made.value.first)
        #expect(
            events.map(\.data) == [
                .members([.source: 1, .count: 2500, .maxUses: 1]), .members([.source: 3, .count: 2500]),
            ])
    }
}
