import Domain
import JSONText
import Journal
import NIOCore
import Testing

@testable import API
@testable import Wire

@Suite struct `Resources say their members once` {
    private static let ids = PublicIDs(secret: Hash128(low: 1, high: 2))

    /// A thing with a member of every care.
    private struct Thing: TableResource {
        var label = "=a,\"b\""
        var person: AccountID? = AccountID("u-1")
        var token = "t0p"
        var note: String?

        static let schemaName = "Thing"
        static let members: [Member<Thing>] = [
            Member("label", "For people.") { $0.label },
            Member("person", "Somebody.", .personal) { $0.person },
            Member("token", "Shown once.", .secret) { $0.token },
            .optional("note", "Left out where there is none.") { $0.note },
            Member("inner", "More.") { Nested<Capacity>(Capacity(limit: nil, used: UInt64($0.label.count), held: 0)) },
        ]
        static let columns = members("person", "label", "token", "note", "inner")
    }

    private static func text(_ thing: Thing, _ extent: Showing.Extent) -> String {
        var writer = JSONWriter()
        Thing.write(thing, to: &writer, Showing(ids: ids, extent: extent))
        return String(buffer: writer.buffer)
    }

    private static func row(_ thing: Thing, _ extent: Showing.Extent) -> String {
        var writer = JSONWriter()
        Thing.writeHead(to: &writer)
        Thing.writeRow(thing, to: &writer, Showing(ids: ids, extent: extent))
        return String(buffer: writer.buffer)
    }

    @Test func `what is stored has no secrets, what is masked no persons either`() {
        let inner = #""inner":{"limit":null,"used":6,"held":0}}"#
        #expect(Self.text(Thing(), .whole) == #"{"label":"=a,\"b\"","person":"u-1","token":"t0p",\#(inner)"#)
        #expect(Self.text(Thing(), .stored) == #"{"label":"=a,\"b\"","person":"u-1","token":null,\#(inner)"#)
        #expect(
            Self.text(Thing(note: "n"), .masked)
                == #"{"label":"=a,\"b\"","person":"***","token":null,"note":"n",\#(inner)"#)
    }

    @Test func `CSV has the columns in their order, quoted where they must be`() {
        let head = "person,label,token,note,inner\r\n"
        let inner = #""{""limit"":null,""used"":6,""held"":0}""#
        #expect(Self.row(Thing(), .whole) == head + #"u-1,"'=a,""b""",t0p,,\#(inner)"# + "\r\n")
        #expect(Self.row(Thing(person: nil), .stored) == head + #","'=a,""b""",,,\#(inner)"# + "\r\n")
        #expect(Self.row(Thing(note: "n"), .masked) == head + #"***,"'=a,""b""",,n,\#(inner)"# + "\r\n")
    }

    @Test func `the schema says what is null, what may be missing and what needs care`() {
        let schema = Thing.schema.object
        #expect(schema?["required"] == ["label", "person", "token", "inner"])
        let members = schema?["properties"]?.object
        #expect(members?["person"]?.object?["type"] == ["string", "null"])
        #expect(members?["person"]?.object?["x-usher-personal"] == true)
        #expect(members?["token"]?.object?["type"] == ["string", "null"])
        #expect(members?["token"]?.object?["x-usher-secret"] == true)
        #expect(members?["note"]?.object?["type"] == "string")
        #expect(members?["inner"]?.object?["properties"]?.object?["used"] != nil)
        #expect(Thing.secrets == ["token"])
    }

    @Test func `names of members are unique, and every member of the document is described`() {
        var count = 0
        func walk(_ schema: JSONTree, _ place: String) {
            let members = schema.object?["properties"]?.object?.members ?? []
            for (name, member) in members {
                count += 1
                let about = member.object?["description"]?.string ?? ""
                #expect(about.hasSuffix("."), "\(place).\(name) is described")
                walk(member, "\(place).\(name)")
                walk(member.object?["items"] ?? .null, "\(place).\(name)[]")
            }
        }
        let schemas = OpenAPI.document(version: "1").object?["components"]?.object?["schemas"]?.object
        for (name, schema) in schemas?.members ?? [] { walk(schema, name) }
        #expect(count > 200)
    }
}
