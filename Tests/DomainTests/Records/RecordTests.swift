import Store
import TestSupport
import Testing

@testable import Domain

/// Every table, as its record describes it and as the page does.
@Suite struct `The record of every table` {
    private func page(_ name: String) throws -> PageTable {
        try #require(try PageTable.all().first { $0.name == name }, "\(name) is not on the page")
    }

    /// A key and a value of a table, made by chance as the page says.
    private func sample(_ table: PageTable, seed: UInt64) throws -> (key: [UInt8], value: [UInt8]) {
        var writer = PageWriter(seed: seed)
        var given: [String: [UInt8]] = [:]
        if table.name == "settings" {
            let name = PageTable.settingName(table.values[Int(seed) % table.values.count].selector)
            var random = SeededGenerator(seed: seed)
            given["name"] = name.front + random.bytes(name.more)
        }
        if table.name == "idempotency", seed % 2 == 0 { given["part"] = [0] }
        let key = writer.make(table.key, given: given)
        var reader = PageReader(key)
        try reader.read(table.key)
        return (key, writer.make(try table.value(under: reader.values)))
    }

    @Test func `has a number and a name of its own, which are those of the page, and the page has no others`() throws {
        let page = try PageTable.all()
        let tables = Tables.all
        #expect(Set(page.map { "\($0.number) \($0.name)" }) == Set(tables.map { "\($0.id.rawValue) \($0.name)" }))
        #expect(page.count == tables.count && Set(tables.map(\.id)).count == tables.count)
        #expect(Set(tables.map(\.name)).count == tables.count)
        #expect(Tables.all.allSatisfy { (1...63).contains($0.id.rawValue) || (128...250).contains($0.id.rawValue) })
    }

    @Test(arguments: Tables.all.map(\.name))
    func `reads what the page says, field for field, and writes the same bytes`(name: String) throws {
        let table = try page(name)
        for record in Tables.records where "\(record.name)" == name {
            for seed in 1...120 as ClosedRange<UInt64> {
                let (key, value) = try sample(table, seed: seed)
                try compare(record, table, key, value, "\(name), seed \(seed)")
            }
        }
    }

    @Test func `writes what the page says`() throws {
        let world = try RecordWorld()
        for record in Tables.records {
            let table = try page("\(record.name)")
            let records = try world.records(of: record.table)
            #expect(!records.isEmpty, "\(record.name)")
            for (key, value) in records { try compare(record, table, key, value, "\(record.name)") }
        }
    }

    /// The codec reads the fields that the page says stand there, and writes them as they were.
    private func compare<Kind: Record>(
        _ record: Kind.Type, _ table: PageTable, _ key: [UInt8], _ value: [UInt8], _ place: String
    ) throws {
        var keyReader = PageReader(key)
        try keyReader.read(table.key)
        var valueReader = PageReader(value)
        try valueReader.read(try table.value(under: keyReader.values))
        let id = try #require(Kind.id(key), "\(place): key")
        #expect(id.key.bytes == key, "\(place): key")
        let decoded = try Kind.value(id, value)
        #expect(Kind.bytes(decoded) == value, "\(place): value")
        for (reader, leaves) in [(keyReader, Leaves(of: id)), (valueReader, Leaves(of: decoded))] {
            for (field, found) in reader.fields where field.constant == nil && !field.isFlags && field.each.isEmpty {
                // The system is not kept where a key has no other tenant.
                if field.kind == .system || (field.name == "owner kind") { continue }
                if field.name == "name", table.name == "settings" { continue }
                #expect(leaves.has(field, found), "\(place): \(field.name) is \(found), read was \(decoded)")
            }
        }
    }

    @Test(arguments: Tables.all.map(\.name), 1...4 as ClosedRange<UInt64>)
    func `never traps on any bytes, and what it takes it can write and read again`(name: String, seed: UInt64) throws {
        let table = try page(name)
        var random = SeededGenerator(seed: seed)
        for round in 0..<400 as Range<UInt64> {
            var (key, value) = try sample(table, seed: seed &* 1000 &+ round)
            if round % 3 == 0 { mutate(&key, &random, capacity: Key.capacity) }
            if round % 5 == 0 {
                value = random.bytes(Int(random.next() % 80))
            } else {
                mutate(&value, &random, capacity: ValueWriter.capacityMax)
            }
            for record in Tables.records where "\(record.name)" == name { try take(record, key, value) }
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator, capacity: Int) {
        for _ in 0..<(1 + random.next() % 3) {
            let place = bytes.isEmpty ? 0 : Int(random.next() % UInt64(bytes.count))
            switch random.next() % 4 {
            case 0: bytes.removeLast(bytes.count - place)
            case 1: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            case 2 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(random.next() % 8)
            case _ where !bytes.isEmpty: bytes[place] = [0, 1, 8, 9, 0x7F, 0x80, 0x90, 0xFF][Int(random.next() % 8)]
            default: break
            }
        }
        if bytes.count > capacity { bytes.removeLast(bytes.count - capacity) }
    }

    private func take<Kind: Record>(_ record: Kind.Type, _ key: [UInt8], _ value: [UInt8]) throws {
        guard let id = Kind.id(key) else { return }
        let written = id.key.bytes
        #expect(Kind.id(written)?.key.bytes == written)
        let decoded: Kind.Value
        do throws(RecordDamage) { decoded = try Kind.value(id, value) } catch { return }
        let once = Kind.bytes(decoded)
        let again = try Kind.value(id, once)
        #expect(Kind.bytes(again) == once, "\(Kind.name)")
    }

    @Test func `is read by the check that usher verify makes: a byte too many is noticed`() throws {
        // Texts can be longer; the parts of a whole are added up.
        let others = ["documents": "document", "idempotency": "idempotency", "reward_words": "reward_word"]
        for record in Tables.records where record.table != MetadataRecord.table {
            let world = try RecordWorld()
            let records = try world.records(of: record.table)
            let (bytes, value) = try #require(records.first { $0.value.count < ValueWriter.capacityMax })
            var key = Key()
            key.append(bytes: bytes)
            world.world.state.put(record.table, key) { $0.append(bytes: value + [7]) }
            let rules = try world.world.violations().map(\.rule)
            #expect(rules.contains(others["\(record.name)"] ?? "record"), "\(record.name): \(rules)")
        }
    }
}
