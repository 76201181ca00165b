import Foundation
import Journal
import Store
import TestSupport
import Testing

@testable import Domain

@Suite struct `Events` {
    private let page = WrittenPage("docs/events.md")

    private func quoted(_ words: [String]) -> String {
        words.isEmpty ? "–" : words.map { "`\($0)`" }.joined(separator: ", ")
    }

    @Test func `of every kind stand on the page as they are declared`() throws {
        let declared = EventKind.allCases.map { kind in
            let data =
                switch kind.data {
                case .redemption: "the redemption"
                case .hold: "the hold"
                case .referral: "the referral"
                case .reward: "the reward"
                case .members(let members): quoted(members.map(\.name))
                }
            return ["\(kind.rawValue)", "`\(kind.word)`", kind.subject.rawValue, data]
        }
        let misfit = try page.misfit(ofTable: "#", with: declared)
        #expect(misfit == nil)
        #expect(Set(EventKind.allCases.map(\.word)).count == EventKind.allCases.count)
        let name = try Regex("^[a-z_]+\\.[a-z_]+$")
        for kind in EventKind.allCases { #expect(try name.wholeMatch(in: kind.word) != nil, "\(kind.word)") }
    }

    @Test func `have members that stand on the page as they read`() throws {
        let declared = EventMember.allCases.map { member in
            let form =
                switch member.form {
                case .number: "a number"
                case .limit: "places"
                case .id: "the number of a thing"
                case .instant: "an instant, or never"
                case .word(let word): "a word: " + quoted((0...255).compactMap(word))
                case .words(let words): "words: " + quoted(words(.max))
                }
            return ["`\(member.name)`", "\(member.rawValue)", form]
        }
        let misfit = try page.misfit(ofTable: "member", with: declared)
        #expect(misfit == nil)
    }

    @Test func `have actors that stand on the page, and come back from their stored form`() throws {
        let number = EntityNumber(rawValue: 4711)
        let actors: [Actor] = [.key(number), .root(number), .clock, .node, .host]
        #expect(try page.table("actor | who").map { $0[0] } == actors.map { "`\($0.word)`" })
        for actor in actors { #expect(Actor(stored: actor.stored) == actor) }
        for unknown: UInt64 in [3, 3 << 2, 1 << 40] { #expect(Actor(stored: unknown) == nil) }
    }

    @Test func `are written down by every command, as its rows say, or by declaration not at all`() throws {
        let catalogue = CommandCatalogue()
        #expect(try CommandCatalogue.names().sorted() == Set(catalogue.entries.map(\.name)).sorted())
        var (rows, names): ([[String]], Set<String>) = ([], [])
        for name in catalogue.entries.map(\.name) where names.insert(name).inserted {
            let entries = catalogue.entries.filter { $0.name == name }
            var kinds: Set<EventKind> = []
            for entry in entries { try run(entry, &kinds) }
            let reason = entries.compactMap(\.silence).first
            #expect(kinds.isEmpty == (reason != nil), "\(name) writes down \(kinds), and has a reason to write nothing")
            let words = EventKind.allCases.filter(kinds.contains).map(\.word)
            rows.append(["`\(name)`", reason.map { "none: \($0)" } ?? quoted(words)])
        }
        let misfit = try page.misfit(ofTable: "command", with: rows)
        #expect(misfit == nil)
    }

    /// Runs a command twice: what it writes down is what the rows say, and a repeat is held to the same.
    private func run(_ entry: CommandCatalogue.Entry, _ kinds: inout Set<EventKind>) throws {
        // Bootstrapping is the first command of a world: it is looked at there.
        let world = try World()
        var oracle = TransitionOracle()
        let bootstrap = try world.takeFrame()
        let first = try oracle.transitions(of: bootstrap.effects, at: world.now)
        #expect(bootstrap.events.map(\.transition).sorted() == first)
        if entry.name == "Bootstrap.run" { kinds.formUnion(bootstrap.events.map(\.kind)) }
        let command = try entry.prepare(world)
        _ = try oracle.transitions(of: try world.takeFrame().effects, at: world.now)
        world.actor = .key(EntityNumber(rawValue: 99))
        for round in entry.isRepeatable ? ["first", "repeated"] : ["first"] {
            _ = world.rejection(command)
            let frame = try world.takeFrame()
            let expected = try oracle.transitions(of: frame.effects, at: world.now)
            #expect(frame.events.map(\.transition).sorted() == expected, "\(entry.name), \(round)")
            kinds.formUnion(frame.events.map(\.kind))
            let byClock: [EventKind] = [.holdExpired, .campaignReopened, .rewardConfirmed, .rewardExpired]
            for event in frame.events where event.actor != .clock || !byClock.contains(event.kind) {
                let isClock = entry.name == "Holds.expire" || entry.name.hasSuffix(".settle")
                #expect(isClock || event.actor == world.actor, "\(entry.name), \(event.kind)")
            }
        }
    }

    @Test func `tell what was, though more came later in the frame`() throws {
        let world = try World()
        let code = try world.code(maxUses: 4, campaign: try world.campaign(total: 4))
        _ = try world.takeFrame()
        let row = try #require(try world.claim(code, by: "ada", quantity: 2, metadata: json("{}")).redemption)
        let hold = try #require(try world.claim(code, by: "bob", quantity: 2, kind: .hold(ttlSeconds: 9)).hold)
        let released = try world.releaseRedemption(row.number)
        let confirmed = try #require(try world.confirm(hold.number).redemption)
        let events = try world.takeFrame().events
        var last = hold
        last.state = .confirmed
        last.redemption = confirmed.number
        #expect(
            events.map(\.data) == [
                .redemption(row), .hold(hold), .members([:]), .redemption(released), .members([:]), .hold(last),
                .redemption(confirmed),
            ])
        #expect(
            events.map(\.kind) == [
                .codeRedeemed, .holdTaken, .campaignSoldOut, .redemptionReleased, .campaignReopened, .holdConfirmed,
                .codeRedeemed,
            ])
        #expect(events.allSatisfy { $0.time == world.now && $0.tenant == .default })
    }

    @Test func `tell the end that a hold had at each of them, though it was moved twice in one frame`() throws {
        let world = try World()
        let code = try world.code(maxUses: 4)
        _ = try world.takeFrame()
        let first = try #require(try world.claim(code, by: "ada", kind: .hold(ttlSeconds: 9)).hold)
        let other = try #require(try world.claim(code, by: "bob", kind: .hold(ttlSeconds: 9)).hold)
        let second = try #require(try world.extend(first.number, 20))
        let third = try #require(try world.extend(first.number, 30))
        let row = try #require(try world.confirm(first.number).redemption)
        var last = third
        (last.state, last.redemption) = (.confirmed, row.number)
        let events = try world.takeFrame().events
        #expect(
            events.map(\.data) == [
                .hold(first), .hold(other), .hold(second), .hold(third), .hold(last), .redemption(row),
            ])
        #expect(events.map(\.kind).suffix(4) == [.holdExtended, .holdExtended, .holdConfirmed, .codeRedeemed])
        #expect(Set([first, second, third].map(\.expiresAt)).count == 3)
    }

    @Test func `tell what an administrator has changed`() throws {
        let world = try World()
        let campaign = try world.campaign(total: 5)
        let code = try world.code(maxUses: 2, campaign: campaign)
        _ = try world.takeFrame()
        let end = world.now.adding(seconds: 50)
        try world.patch(
            PatchCampaign(
                tenant: .default, number: campaign, description: .set("New"), status: .set("paused"),
                maxRedemptionsTotal: .set(nil)))
        try world.attempt { (context) throws(Rejection) in
            let patch = PatchCode(tenant: .default, number: code.number, maxUses: .set(3), expiresAt: .set(end))
            _ = try Codes.patch(patch, in: &context)
        }
        let events = try world.takeFrame().events
        #expect(
            events.map(\.data) == [
                .members([
                    .changed: 0b1110, .status: 3, .statusBefore: 2, .maxRedemptionsTotal: EventMember.none,
                    .maxRedemptionsTotalBefore: 5,
                ]),
                .members([
                    .maxUses: 3, .maxUsesBefore: 2, .expiresAt: UInt64(end.milliseconds),
                    .expiresAtBefore: EventMember.none,
                ]),
            ])
        guard case .words(let words) = EventMember.changed.form else { throw CommandCatalogue.Missing() }
        #expect(words(0b1110) == ["description", "status", "max_redemptions_total"])
    }

    @Test func `write no personal data and no secret into the log`() throws {
        let world = try World()
        let account = try #require(AccountID("person-of-interest"))
        var buffer = FrameBuffer()
        let campaign = try world.campaign()
        let code = try world.code(maxUses: 9, campaign: campaign)
        _ = try world.claim(code, by: account.text, kind: .hold(ttlSeconds: 60), metadata: json(#"{"a":"person-of"}"#))
        _ = try world.claim(code, by: account.text)
        let key = try world.attempt { (context) throws(Rejection) in
            _ = try Codes.createVanity(
                CreateVanityCode(tenant: .default, text: "SECRETLY", terms: CodeTerms(maxUses: 3, issuer: account)),
                in: &context)
            return try APIKeys.create(CreateKey(tenant: .default, name: "person-of", scopes: ["read"]), in: &context)
        }
        world.state.encodeFrame(into: &buffer)
        var notes: [UInt8] = []
        try FrameBody.decode(buffer.bytes) { table, _, _, value in if table == FrameEvents.table { notes += value } }
        #expect(notes.count > 30)
        for secret in ["person-of", "SECRETLY", code.text.text, key.text, String(key.text.dropFirst(6))] {
            let bytes = Array(secret.utf8)
            #expect(!notes.indices.contains { notes[$0...].starts(with: bytes) }, "\(secret)")
        }
    }

    @Test func `of a frame are read or refused, whatever its bytes are`() throws {
        let world = try World()
        let code = try world.code(maxUses: 9, campaign: try world.campaign())
        for person in ["a", "b", "c"] { _ = try world.claim(code, by: person, kind: .hold(ttlSeconds: 60)) }
        _ = try world.claim(code, by: "b")
        var buffer = FrameBuffer()
        world.state.encodeFrame(into: &buffer)
        let whole = Array(buffer.bytes)
        let none = Hash128(low: 0, high: 0)
        let header = FrameHeader(
            epoch: 1, firstSequence: 1, commandCount: 1, time: world.now, syncedThrough: 0, previousChain: none,
            digest: none)
        #expect(try EventFrame(header, payload: whole.span.bytes).events.count > 5)
        var random = SeededGenerator(seed: 3)
        var refused = 0
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do { _ = try EventFrame(header, payload: bytes.span.bytes) } catch { refused += 1 }
        }
        #expect(refused > 500)
    }

    @Test func `have names that can be read back, and are ordered as they happened`() {
        let ids = [(1, 2, 3), (1, 2, 4), (1, 3, 0), (2, 1, 0)].map { epoch, sequence, index in
            EventID(position: LogPosition(epoch: epoch, sequence: sequence), index: index)
        }
        #expect(ids.sorted() == ids)
        #expect(ids.map(\.description) == ["1-2-3", "1-2-4", "1-3-0", "2-1-0"])
        #expect(ids.map { EventID($0.description) } == ids)
        for text in ["", "1-2", "1-2-", "1-2-x", "-1-2", "1-2-3-4", "1-2--3"] {
            #expect(EventID(text) == nil, "\(text)")
        }
    }
}
