import Domain
import Engine
import Foundation
import JSONText
import Store
import Testing

@testable import HTTPServer

@Suite("Big commands over HTTP")
struct BigCommandTests {
    private static let codes = "/api/admin/invitations/codes"

    @Test("with a key are answered the same again, byte for byte, although codes were claimed meanwhile")
    func replay() async throws {
        try await TestServer.run { server in
            let body = #"{"count":5000,"length":12,"max_uses":2,"metadata":{"batch":7}}"#
            for accept in ["application/x-ndjson", "text/csv"] {
                let headers = ["Idempotency-Key": "batch-\(accept.count)", "Accept": accept]
                let first = try await server.post(Self.codes, body, headers: headers)
                #expect(first.status == 201 && first.headers["idempotent-replayed"] == nil)
                let lines = first.text.split(whereSeparator: \.isNewline)
                #expect(lines.count == (accept == "text/csv" ? 5001 : 5000))
                let code = accept == "text/csv" ? String(lines[1].prefix(12)) : String(lines[0].suffix(200))
                if accept == "text/csv" {
                    let claim = try await server.post(
                        "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"ada"}"#)
                    #expect(claim.status == 200)
                }
                let again = try await server.post(Self.codes, body, headers: headers)
                #expect(again.status == 201 && again.headers["idempotent-replayed"] == "true")
                #expect(again.body == first.body)
                let other = try await server.post(Self.codes, #"{"count":5001}"#, headers: headers)
                #expect(other.status == 422)
            }
            // In the other form the same codes.
            let csv = try await server.post(
                Self.codes, body, headers: ["Idempotency-Key": "batch-20", "Accept": "text/csv"])
            #expect(csv.status == 201 && csv.headers["idempotent-replayed"] == "true")
            let count = try await server.engine.read { snapshot, _ in snapshot.count(Tables.codes) }.value
            #expect(count == 10_000)
        }
    }

    @Test("with a key that is running are told 409")
    func running() async throws {
        try await TestServer.run { server in
            let headers = ["Idempotency-Key": "one", "Accept": "text/csv"]
            let body = #"{"count":20000}"#
            async let first = server.post(Self.codes, body, headers: headers)
            var second = try await server.post(Self.codes, body, headers: headers)
            // One of the two came first; the other one is told to come again, or gets the same answer.
            let answered = try await first
            for reply in [answered, second] where reply.status != 201 { #expect(reply.status == 409) }
            #expect(answered.status == 201 || second.status == 201)
            second = try await server.post(Self.codes, body, headers: headers)
            #expect(second.status == 201 && second.headers["idempotent-replayed"] == "true")
            #expect(second.body == (answered.status == 201 ? answered.body : second.body))
            #expect(try await server.engine.read { snapshot, _ in snapshot.count(Tables.codes) }.value == 20_000)
        }
    }

    @Test("of import are all or nothing where asked for, and take the mended file at once")
    func atomicImport() async throws {
        try await TestServer.run { server in
            var rows = (0..<3000).map { "IMPORTED-\($0),2" }
            rows[1999] = "imported 5,2"
            let file = { "code,max_uses\n" + rows.joined(separator: "\n") + "\n" }
            let headers = ["Content-Type": "text/csv"]
            let refused = try await server.post(Self.codes + "/import?atomic=true", file(), headers: headers)
            #expect(refused.status == 422 && refused["code"].string == "import_refused")
            #expect(refused["errors", "line 2001"] != .null)
            let list = try await server.get(Self.codes + "?limit=5")
            #expect(list.text.contains(#""data":[]"#))
            rows[1999] = "IMPORTED-1999,2"
            let taken = try await server.post(Self.codes + "/import?atomic=true", file(), headers: headers)
            #expect(taken.status == 200 && taken["data", "imported"] == .integer(3000))
        }
    }

    @Test("of import are stored while they are read, unseen, and leave nothing when the client breaks off")
    func brokenUpload() async throws {
        try await TestServer.run { server in
            let rows = "code,max_uses\n" + (0..<5000).map { "UPLOAD-\($0),2\n" }.joined()
            let engine = server.engine
            func stored() async throws -> Int {
                try await engine.read { snapshot, _ in snapshot.count(Tables.codeTexts) }.value
            }
            try await RawConnection.open(server) { connection in
                try await connection.send(
                    "POST \(Self.codes)/import HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
                        + "Authorization: Bearer \(TestServer.rootKey)\r\n"
                        + "Content-Length: \(rows.utf8.count + 100)\r\n\r\n\(rows)")
                while try await stored() < 3000 { try await Task.sleep(for: .milliseconds(5)) }
                let list = try await server.get(Self.codes + "?limit=5")
                #expect(list.text.contains(#""data":[]"#))
            }
            while try await stored() > 0 { try await Task.sleep(for: .milliseconds(5)) }
            let taken = try await server.post(
                Self.codes + "/import?atomic=true", rows, headers: ["Content-Type": "text/csv"])
            #expect(taken.status == 200 && taken["data", "imported"] == .integer(5000), "\(taken.text.prefix(500))")
        }
    }

    @Test("of import with a key that was used are read to their end and store nothing on the way")
    func repeatStoresNothing() async throws {
        try await TestServer.run { server in
            let file = "code\n" + (0..<3000).map { "ONCE-\($0)\n" }.joined()
            let headers = ["Idempotency-Key": "once", "Content-Type": "text/csv"]
            let first = try await server.post(Self.codes + "/import", file, headers: headers)
            #expect(first.status == 200 && first["data", "imported"] == .integer(3000))
            let numbers = { try await server.engine.view { state, _ in state.nextNumber }.value }
            let before = try await numbers()
            let again = try await server.post(Self.codes + "/import", file, headers: headers)
            #expect(again.headers["idempotent-replayed"] == "true" && again.body == first.body)
            let other = try await server.post(Self.codes + "/import", file + "ONCE-3000\n", headers: headers)
            #expect(other.status == 422 && other["code"].string == "idempotency_key_reused")
            #expect(try await numbers() == before, "no number was taken")
        }
    }

    @Test("of import with a key give the first report again, and take nothing twice")
    func importReplay() async throws {
        try await TestServer.run { server in
            var rows = (0..<2500).map { #"{"code":"KEYED-\#($0)"}"# }
            rows[100] = rows[7]
            rows[200] = "not json"
            let file = rows.joined(separator: "\n")
            let headers = ["Idempotency-Key": "import", "Content-Type": "application/x-ndjson"]
            let first = try await server.post(Self.codes + "/import", file, headers: headers)
            #expect(first.status == 200 && first["data", "imported"] == .integer(2498))
            #expect(first["data", "failed"] == .integer(2))
            let again = try await server.post(Self.codes + "/import", file, headers: headers)
            #expect(again.status == 200 && again.headers["idempotent-replayed"] == "true" && again.body == first.body)
            let other = try await server.post(Self.codes + "/import", file + "\n{}", headers: headers)
            #expect(other.status == 422 && other["code"].string == "idempotency_key_reused")
            // A refusal is not kept: the mended state is judged anew.
            let one = ["Idempotency-Key": "refused", "Content-Type": "text/csv"]
            for _ in 0..<2 {
                let refused = try await server.post(
                    Self.codes + "/import?atomic=true", "code\nKEYED-1\n", headers: one)
                #expect(refused.status == 422 && refused.headers["idempotent-replayed"] == nil)
            }
        }
    }

    @Test("of import whose report could not be kept are refused as a whole")
    func longReport() async throws {
        try await TestServer.run { server in
            // Short rows with long reasons: the report is what must be too long.
            let file = "code\nGOOD-ONE\n" + (0..<50_000).map { "!\($0)\n" }.joined()
            let headers = ["Idempotency-Key": "long", "Content-Type": "text/csv"]
            let refused = try await server.post(Self.codes + "/import", file, headers: headers)
            #expect(refused.status == 422 && refused.text.contains("nothing was imported"))
            #expect(try await server.engine.read { snapshot, _ in snapshot.count(Tables.codes) }.value == 0)
            let taken = try await server.post(Self.codes + "/import", file, headers: ["Content-Type": "text/csv"])
            #expect(taken.status == 200 && taken["data", "imported"] == .integer(1))
        }
    }
}
