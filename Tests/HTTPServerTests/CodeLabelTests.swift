import Domain
import Engine
import JSONText
import Store
import Testing

@testable import API
@testable import HTTPServer

/// Codes in the spelling that people know, signed codes by the thousand, and exports that are imports.
@Suite struct `Codes as they were given` {
    private static let codes = "/api/admin/invitations/codes"

    private func send(
        _ server: TestServer, _ file: [UInt8], _ type: String, tenant: String = "default", query: String = ""
    ) async throws -> TestServer.Reply {
        try await server.send(
            "POST", Self.codes + "/import" + query, bytes: file,
            headers: ["Content-Type": type, "Usher-Tenant": tenant])
    }

    @Test func `keep their spelling beside the normal form, where it is another`() async throws {
        try await TestServer.run { server in
            for (given, code, label) in [
                ("Welcome-2027", "WE1C0ME2027", "Welcome-2027" as JSONTree), ("  Spring 27\n", "SPR1NG27", "Spring 27"),
                ("SUMMER27", "SUMMER27", .null), (" SUMMER28 ", "SUMMER28", .null), ("-\tODD", "0DD", .null),
            ] {
                let body: JSONTree = ["code": .string(given)]
                let made = try await server.post(
                    Self.codes + "/vanity", String(decoding: body.text, as: UTF8.self))
                #expect(made["data", "code"] == .string(code) && made["data", "label"] == label, "\(made.text)")
                let found = try await server.get(Self.codes + "?code=\(code)")
                #expect(found["data"].array?.first?.object?["label"] == label)
            }
            let drawn = try await server.post(Self.codes, #"{"count":1}"#)
            #expect(drawn["data"].array?.first?.object?["label"] == .null)
            let file = "code,label\nIMP-ORTED,\nIMP0RTED2,Imported 2\nIMP0RTED3,Imported 4\n"
            let reply = try await send(server, Array(file.utf8), "text/csv")
            #expect(reply["data", "imported"] == 2 && reply.text.contains("label: Must be a spelling of the code."))
            let list = try await server.get(Self.codes + "/export", headers: ["Accept": "text/csv"])
            let lines = list.text.split(whereSeparator: \.isNewline)
            #expect(lines[0].hasSuffix(",created_at,campaign,label"))
            #expect(lines[1].hasSuffix(",Imported 2") && lines[2].hasSuffix(",IMP-ORTED"), "\(list.text)")
        }
    }

    /// The codes of a tenant without what belongs to the place: ids, uses and times of making.
    private func export(_ server: TestServer, tenant: String = "default") async throws -> [String] {
        let reply = try await server.get(Self.codes + "/export", headers: ["Usher-Tenant": tenant])
        let rows = reply.text.split(separator: "\n").compactMap { try? JSONTree.parse(Array($0.utf8)).object }
        return rows.map { row in
            var kept = row
            for name in ["id", "campaign_id", "created_at", "current_uses", "held", "state"] { kept[name] = nil }
            return String(decoding: JSONTree.object(kept).text, as: UTF8.self)
        }.sorted()
    }

    private func campaigns(_ server: TestServer, tenant: String = "default") async throws {
        for key in ["drop", "gala"] {
            let body = "{\"key\":\"\(key)\",\"name\":\"n\",\"type\":\"multi_use\",\"status\":\"active\"}"
            let made = try await server.post(
                "/api/admin/invitations/campaigns", body, headers: ["Usher-Tenant": tenant])
            #expect(made.status == 201, "\(made.text)")
        }
    }

    private func fill(_ server: TestServer) async throws {
        let terms = #""max_uses":4,"expires_at":"2031-03-30T23:59:59.123Z","campaign":"drop""#
        for issuer in ["ann", "=1+1", "'=1", "''", "+49 30 1"] {
            let body = "{\"count\":2,\(terms),\"issuer_id\":\"\(issuer)\"}"
            #expect(try await server.post(Self.codes, body).status == 201)
        }
        for text in ["Welcome-2027", "-Dash", "PLAIN2027", "lucky u"] {
            let body = "{\"code\":\"\(text)\",\"campaign\":\"gala\"}"
            #expect(try await server.post(Self.codes + "/vanity", body).status == 201)
        }
        let signed = try await server.post(Self.codes + "/signed", "{\(terms)}")
        let code = try #require(signed["data", "code"].string)
        #expect(signed["data", "campaign"] == "drop")
        let claim = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":1}"#)
        #expect(claim.status == 200, "\(claim.text)")
    }

    @Test(arguments: ["text/csv", "application/x-ndjson"])
    func `go by export and import into another tenant and another server`(type: String) async throws {
        try await TestServer.run { server in
            try await campaigns(server)
            try await fill(server)
            if type != "text/csv" {
                let long = #"{"count":2,"grant":{"role":"guest"},"metadata":{"a":[1,{"é":"=x"}]}}"#
                let made = try await server.post(Self.codes, long)
                #expect(made.status == 201, "\(made.text)")
            }
            let before = try await export(server)
            let file = try await server.get(Self.codes + "/export", headers: ["Accept": type]).body
            #expect(try await server.post("/api/admin/invitations/tenants", #"{"id":"other"}"#).status == 201)
            let early = try await send(server, file, type, tenant: "other", query: "?atomic=true")
            #expect(early.status == 422 && early.text.contains("There is no campaign"), "the key binds, not the id")
            try await campaigns(server, tenant: "other")
            let taken = try await send(server, file, type, tenant: "other", query: "?atomic=true&strict=true")
            #expect(taken["data", "failed"] == 0 && taken["data", "ignored_columns"] == [], "\(taken.text)")
            #expect(try await export(server, tenant: "other") == before)
            try await TestServer.run { second in
                // Ids of another server are those of other things here, or of none.
                try await campaigns(second)
                let taken = try await send(second, file, type, query: "?atomic=true&strict=true")
                #expect(taken["data", "failed"] == 0, "\(taken.text)")
                #expect(try await export(second) == before)
            }
        }
    }

    @Test func `are made with a campaign by its key, which excludes its id and must be there`() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("drop", type: "multi_use")
            for (path, body) in [("", #""count":1"#), ("/vanity", #""code":"WORDS""#), ("/signed", #""max_uses":2"#)] {
                let unknown = try await server.post(Self.codes + path, "{\(body),\"campaign\":\"nowhere\"}")
                #expect(unknown.status == 404, "\(unknown.text)")
                let both = try await server.post(
                    Self.codes + path, "{\(body),\"campaign\":\"drop\",\"campaign_id\":\(id)}")
                #expect(both.status == 422 && both["errors", "campaign"] != .null, "\(both.text)")
                let made = try await server.post(Self.codes + path, "{\(body),\"campaign\":\"drop\"}")
                #expect(made.status == 201 && made.text.contains("\"campaign_id\":\(id),\"campaign\":\"drop\""))
            }
        }
    }

    @Test func `have one place in a campaign of type single_use, by every way in`() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("once", type: "single_use")
            for (path, body) in [("", #""count":1"#), ("/vanity", #""code":"WORDS""#), ("/signed", "")] {
                let start = "{" + (body.isEmpty ? "" : body + ",") + #""campaign":"once""#
                let many = try await server.post(Self.codes + path, start + #","max_uses":2}"#)
                #expect(many.status == 422 && many["errors", "max_uses"] != .null, "\(many.text)")
                #expect(try await server.post(Self.codes + path, start + "}").status == 201)
            }
            let file = try await send(server, Array("code,max_uses,campaign\nA1,2,once\nA2,1,once\n".utf8), "text/csv")
            #expect(file["data", "imported"] == 1 && file.text.contains("single_use"), "\(file.text)")
            let id = try await server.get(Self.codes + "?code=A2")["data"].array?.first?.object?["id"]?.integerText
            let raised = try await server.send("PATCH", Self.codes + "/\(id ?? "")", #"{"max_uses":2}"#)
            #expect(raised.status == 422 && raised["errors", "max_uses"] != .null, "\(raised.text)")
        }
    }

    @Test func `are signed in any number, each another text, and again under the same key`() async throws {
        try await TestServer.run { server in
            let path = Self.codes + "/signed"
            let one = try await server.post(path, #"{"count":1,"max_uses":2}"#)
            #expect(one.status == 201 && one["data"].array?.count == 1, "with a count it is a list")
            #expect(try await server.post(path, "{}")["data", "code"].string != nil)
            for (count, accept) in [(800, "application/json"), (3000, "*/*"), (20, "text/csv"), (7, "x-ndjson")] {
                let headers = ["Idempotency-Key": "s\(count)", "Accept": accept]
                let first = try await server.post(path, "{\"count\":\(count)}", headers: headers)
                let again = try await server.post(path, "{\"count\":\(count)}", headers: headers)
                #expect(first.status == 201 && again.body == first.body, "\(accept)")
                #expect(again.headers["idempotent-replayed"] == "true" && first.headers["idempotent-replayed"] == nil)
                let texts = first.text.matches(of: /(?m)"code":"([0-9A-Z]{56})"|^([0-9A-Z]{56}),/)
                #expect(Set(texts.map { $0.1 ?? $0.2 }).count == count)
                let code = texts.last.flatMap { $0.1 ?? $0.2 } ?? ""
                let claim = try await server.post(
                    "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":1}"#)
                #expect(claim.status == 200, "\(claim.text)")
            }
            for count in ["0", "1000001", "\"2\""] {
                let refused = try await server.post(path, "{\"count\":\(count)}")
                #expect(refused.status == 422 && refused["errors", "count"] != .null, "\(refused.text)")
            }
        }
    }

    @Test func `of a document are kept as a reference: a repeat is made anew from the tables`() async throws {
        try await TestServer.run { server in
            let headers = ["Idempotency-Key": "doc"]
            let body = #"{"count":1000,"max_uses":3,"metadata":{"a":1}}"#
            let first = try await server.post(Self.codes, body, headers: headers)
            let code = first["data"].array?.first?.object?["code"]?.string ?? ""
            let claim = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":1}"#)
            #expect(first.status == 201 && claim.status == 200)
            let again = try await server.post(Self.codes, body, headers: headers)
            #expect(again.body == first.body && again.headers["idempotent-replayed"] == "true")
            let kinds = try await server.engine.read { snapshot, _ in
                var sizes: [Int] = []
                snapshot.scan(Tables.idempotency, prefix: Key(), from: nil, descending: false) { _, value in
                    sizes.append(value.byteCount)
                    return true
                }
                return sizes
            }.value
            #expect(kinds.count == 1 && kinds.allSatisfy { $0 < 200 }, "\(kinds)")
        }
    }
}
