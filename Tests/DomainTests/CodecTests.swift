import Journal
import Store
import TestSupport
import Testing

@testable import Domain

@Suite("Codecs and permutations")
struct CodecTests {
    @Test(
        "An account id comes back exactly, whatever it is",
        arguments: [
            "1", "0", "42", "007", "-1", "+1", "18446744073709551615", "18446744073709551616", "1 ", "ada", "é",
            "550e8400-e29b-41d4-a716-446655440000", "550E8400-e29b-41d4-a716-446655440000",
            "550e8400e29b41d4a716446655440000", String(repeating: "x", count: 128), "１２",
        ])
    func account(text: String) throws {
        let account = try #require(AccountID(text))
        var reader = ValueReader(account.packed.span.bytes)
        #expect(reader.account() == account)
        #expect(!reader.failed && reader.remaining == 0)
    }

    @Test("Numbers take at most 9 bytes, UUIDs 17, and everything else one more than it has")
    func accountSizes() throws {
        func size(_ text: String) throws -> Int { try #require(AccountID(text)).packed.count }
        #expect(try size("0") == 2)
        #expect(try size("255") == 2)
        #expect(try size("256") == 3)
        #expect(try size("18446744073709551615") == 9)
        #expect(try size("550e8400-e29b-41d4-a716-446655440000") == 17)
        #expect(try size("550E8400-e29b-41d4-a716-446655440000") == 37)
        #expect(try size("007") == 4)
    }

    @Test("Only lower-case digits in the right places make a UUID", arguments: 0..<36)
    func almostUUID(place: Int) throws {
        let uuid = Array("09afc1d2-3e4b-45f6-9789-abcdef012345".utf8)
        for byte in 0..<128 as Range<UInt8> {
            var bytes = uuid
            bytes[place] = byte
            let account = try #require(AccountID(String(decoding: bytes, as: UTF8.self)))
            let isHyphen = [8, 13, 18, 23].contains(place)
            let isRight = isHyphen ? byte == 45 : (48...57).contains(byte) || (97...102).contains(byte)
            #expect(account.packed.count == (isRight ? 17 : 37))
            var reader = ValueReader(account.packed.span.bytes)
            #expect(reader.account() == account)
        }
    }

    @Test("No packed account id is a prefix of another, and different ids differ", arguments: 1...20)
    func accountPrefixFree(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var packed: [[UInt8]: String] = [:]
        for _ in 0..<100 {
            let text: String
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                text = String(UInt64.random(in: 0...(1 << UInt64.random(in: 0..<64, using: &random)), using: &random))
            case 1:
                text = String(
                    (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        Array("01a-")[Int.random(in: 0..<4, using: &random)]
                    })
            default:
                let hex = String(random.next(), radix: 16)
                let more = String(random.next(), radix: 16)
                let digits = Array(String(repeating: "0", count: 32 - hex.count - more.count) + hex + more)
                text = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
            }
            let bytes = try #require(AccountID(text)).packed
            #expect(packed.updateValue(text, forKey: bytes) ?? text == text)
        }
        let all = packed.keys.sorted { $0.lexicographicallyPrecedes($1) }
        for (left, right) in zip(all, all.dropFirst()) { #expect(!right.starts(with: left)) }
    }

    @Test("Account ids have 1 to 128 bytes")
    func accountLength() {
        #expect(AccountID("") == nil)
        #expect(AccountID(String(repeating: "x", count: 129)) == nil)
        #expect(AccountID(String(repeating: "é", count: 65)) == nil)
    }

    @Test("SipHash-2-4 agrees with its reference vector")
    func sipHash() {
        // The published vector for key 00…0f and the 8 bytes 00…07.
        let key = Hash128(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)
        #expect(SipHash(key: key).hash(0x0706_0504_0302_0100) == 0x93f5_f579_9a93_2462)
    }

    @Test("Public ids are a permutation of 1…2^52−1 that only its secret knows", arguments: 1...10)
    func publicIDs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let ids = PublicIDs(secret: Hash128(low: random.next(), high: random.next()))
        let others = PublicIDs(secret: Hash128(low: random.next(), high: random.next()))
        var seen: Set<UInt64> = []
        var equal = 0
        for raw in (1...2000).map(UInt64.init)
            + (0..<500).map({ _ in UInt64.random(in: 1...PublicIDs.idMax, using: &random) }) + [PublicIDs.idMax]
        {
            let number = EntityNumber(rawValue: raw)
            let id = ids.id(number)
            #expect((1...PublicIDs.idMax).contains(id))
            #expect(ids.number(id) == number)
            if seen.insert(id).inserted, others.id(number) == id { equal += 1 }
            #expect(ids.id(try #require(ids.number(raw))) == raw, "the way back first")
        }
        #expect(seen.count >= 2500)
        #expect(equal < 3)
        #expect(ids.number(0) == nil && ids.number(PublicIDs.idMax + 1) == nil)
    }

    @Test("Base32 of whole groups comes back, and nothing but its own text reads as it", arguments: 1...20)
    func base32(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = random.bytes(35)
        let text = CodeAlphabet.encode(bytes)
        #expect(text.utf8.count == 56)
        #expect(CodeAlphabet.decode(text) == bytes)
        #expect(CodeAlphabet.decode(text.replacing(text.prefix(1), with: "U", maxReplacements: 1)) == nil)
        #expect(CodeAlphabet.decode(String(text.dropLast())) == nil)
    }

    @Test("Rows come back as they were written, with every combination of optional fields")
    func rows() throws {
        let world = try World()
        for mask in 0..<64 { try expectRoundTrips(mask, in: world) }
    }

    private func expectRoundTrips(_ mask: Int, in world: World) throws {
        func pick<Value>(_ bit: Int, _ value: Value) -> Value? { mask & (1 << bit) != 0 ? value : nil }
        let account = try #require(AccountID("ada"))
        let time = world.now
        let number = EntityNumber(rawValue: 1 << 40)
        let code = CodeRow(
            kind: .vanity, campaign: pick(0, number), expiresAt: pick(1, time), revokedAt: pick(2, time),
            createdAt: time, revision: 300, issuer: pick(3, account), document: pick(4, number), text: "ABC",
            label: pick(5, "a-b C"))
        let campaign = CampaignRow(
            gate: CampaignGate(
                type: .referral, status: .paused, perUserLimit: 7, startsAt: pick(0, time), endsAt: pick(1, time)),
            hasDocument: mask & 4 != 0, revision: 9, createdAt: time, updatedAt: time, createdBy: pick(3, number),
            key: "k", name: String(repeating: "é", count: 255))
        let redemption = Redemption(
            number: number, code: pick(0, number), campaign: pick(1, number), redeemer: account,
            quantity: pick(2, 1000) ?? 1, redeemedAt: time, releasedAt: pick(3, time), invitation: pick(4, 1 << 51),
            hasMetadata: mask & 32 != 0)
        let hold = Hold(
            number: number, code: pick(0, number), campaign: pick(1, number), redeemer: account,
            quantity: pick(2, 1000) ?? 1, state: .confirmed, createdAt: time, expiresAt: time,
            redemption: pick(3, number), invitation: pick(4, 1 << 51), hasMetadata: mask & 32 != 0)
        let packed = PackedAccount(account)
        let key = SettingKey("scratch").key
        func roundTrip<Row>(_ write: (inout ValueWriter) -> Void, _ read: (RawSpan) -> Row) throws -> Row {
            world.state.put(Tables.settings, key, write)
            let row = world.state.read(Tables.settings, key, read)
            return try #require(row)
        }
        #expect(try roundTrip({ code.encode(to: &$0) }, { CodeRow.decode($0) }) == code)
        #expect(try roundTrip({ campaign.encode(to: &$0) }, { CampaignRow.decode($0) }) == campaign)
        #expect(
            try roundTrip({ redemption.encode(packed: packed, to: &$0) }, { Redemption.decode(number, $0) })
                == redemption)
        #expect(try roundTrip({ hold.encode(packed: packed, to: &$0) }, { Hold.decode(number, $0) }) == hold)
    }

    @Test(
        "Documents come back at every length around the size of a part",
        arguments: [0, 1, 1994, 1995, 1996, 4000, 65_536])
    func documents(length: Int) throws {
        let world = try World()
        let number = EntityNumber(rawValue: 5_000)
        let field = [UInt8](repeating: 7, count: length)
        let long = Document(description: field, grant: [1], rewardPolicy: nil, metadata: field)
        long.insert(number, tenant: world.tenant, in: world.state)
        #expect(Document.read(number, tenant: world.tenant, state: world.state) == long)
        let short = Document(grant: [2])
        short.replace(number, tenant: world.tenant, in: world.state)
        #expect(Document.read(number, tenant: world.tenant, state: world.state) == short)
        Document.remove(number, tenant: world.tenant, in: world.state)
        #expect(!world.state.contains(Tables.documents, RecordKeys.document(world.tenant, number, part: 0)))
    }
}
