import Store
import Testing

@testable import Domain

@Suite struct `Personal data` {
    @Test func `is owned by the tables that say so, and by no others`() throws {
        let world = try RecordWorld()
        for record in Tables.records { try check(record, in: world) }
    }

    private func check<Kind: Record>(_ record: Kind.Type, in world: RecordWorld) throws {
        let data = Kind.personalData
        let mark = Array(RecordWorld.person.utf8)
        let found = try world.records(of: Kind.table).filter { key, value in
            [key, value].contains { bytes in
                bytes.indices.contains { bytes[$0...].starts(with: mark) }
            }
        }
        let names = data.fields.filter { $0.kind != .emailHash }
        #expect(found.isEmpty == names.isEmpty, "\(Kind.name) has \(found.count) records with a person's id")
        #expect((data.erasure == .nothing) == data.fields.isEmpty, "\(Kind.name)")
        let hasAccount = data.fields.contains { $0.kind == .account }
        for (key, value) in found where hasAccount {
            let id = try #require(Kind.id(key))
            let value = try Kind.value(id, value)
            let persons = [data.account(id, value), data.other?(id, value)].compactMap { $0?.text }
            #expect(persons.contains(RecordWorld.person), "\(Kind.name)")
        }
    }

    @Test func `is named by fields that the page has`() throws {
        let page = try PageTable.all()
        var count = 0
        for record in Tables.records { try checkNames(record, page, &count) }
        #expect(count >= 8)
    }

    private func checkNames<Kind: Record>(_ record: Kind.Type, _ page: [PageTable], _ count: inout Int) throws {
        let table = try #require(page.first { $0.name == "\(Kind.name)" })
        let names = (table.key + table.values.flatMap(\.fields)).map(\.name)
        for field in Kind.personalData.fields {
            #expect(names.contains { $0.hasPrefix(field.name) }, "\(Kind.name) has no \(field.name)")
            count += 1
        }
    }
}
