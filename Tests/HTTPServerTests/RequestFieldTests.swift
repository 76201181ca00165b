import HTTPTypes
import JSONText
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import HTTPServer

@Suite("Header fields, members and parameters mean one thing")
struct RequestFieldTests {
    private static let admin = "/api/admin/invitations"

    /// Sends a head and a body as they are.
    private func send(
        _ server: TestServer, _ line: String, _ fields: [String], _ body: String
    ) async throws -> (status: Int, body: String) {
        var answer = (status: 0, body: "")
        try await RawConnection.open(server) { connection in
            let head = ([line + " HTTP/1.1", "Host: x"] + fields).joined(separator: "\r\n")
            try await connection.send("\(head)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            if let response = await connection.response() { answer = (response.status, response.body) }
        }
        return answer
    }

    @Test(
        "a field with one value that comes twice is 400 and named, on every way; a second key is no key",
        arguments: ["Idempotency-Key", "Usher-Tenant", "Usher-Min-Position", "Usher-Wait-Ms", "Content-Type"])
    func repeated(name: String) async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 100)[0]
            let key = "Authorization: Bearer \(TestServer.rootKey)"
            let body = #"{"code":"\#(code)","redeemer_id":1}"#
            // The key is known: the connection begins on the fast path.
            _ = try await server.post("/api/invitations/redeem", body)
            let lines = [
                "POST /api/invitations/redeem", "POST /api/invitations/holds", "POST /api/invitations/redeem/batch",
                "POST \(Self.admin)/campaigns", "GET \(Self.admin)/codes", "POST \(Self.admin)/codes/import",
                "GET /livez",
            ]
            for line in lines {
                for value in ["1", "2"] {
                    let twice = try await send(
                        server, line, [key, "\(name): 1", "\(name.lowercased()): \(value)"], body)
                    #expect(
                        twice.status == 400 && twice.body.lowercased().contains(name.lowercased()), "\(line) \(twice)")
                }
                guard line != "GET /livez" else { continue }
                let stranger = try await send(
                    server, line, ["Authorization: Bearer usher_x", "\(name): 1", "\(name): 2"], body)
                #expect(stranger.status == 401, "\(line): the key comes first")
                #expect(try await send(server, line, [key, key], body).status == 401)
            }
        }
    }

    @Test("one Host, one Content-Length and one key: other numbers of them are refused alike on every way")
    func framing() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 1000)[0]
            let key = "Authorization: Bearer \(TestServer.rootKey)"
            let lines = [
                "POST /api/invitations/redeem", "POST /api/invitations/holds", "POST /api/invitations/redeem/batch",
                "POST \(Self.admin)/campaigns", "POST \(Self.admin)/codes/import", "GET \(Self.admin)/codes",
                "GET /livez", "GET /nowhere",
            ]
            for line in lines {
                let body = line.hasPrefix("POST /api/inv") ? #"{"code":"\#(code)","redeemer_id":1}"# : ""
                let length = "Content-Length: \(body.utf8.count)"
                var broken = [
                    ["Host: x", "Host: x", key, length], ["host: x", key, "HOST: y", length], [key, length],
                    ["Host: x", key, length, length], ["Host: x", length, key, "content-length: 7"],
                ]
                if line.hasPrefix("POST") {
                    broken.append(["Host: x", key, "Content-Length: 3", "Transfer-Encoding: chunked"])
                }
                for fields in broken {
                    try await RawConnection.open(server) { connection in
                        let head = ([line + " HTTP/1.1"] + fields).joined(separator: "\r\n")
                        try await connection.send("\(head)\r\n\r\n\(body)")
                        #expect(await connection.response()?.status == 400, "\(line) \(fields)")
                        #expect(await connection.readToEnd().isEmpty, "one answer, and the connection ends")
                    }
                }
                // HTTP/1.0 knows no Host.
                try await RawConnection.open(server) { connection in
                    try await connection.send("\(line) HTTP/1.0\r\n\(key)\r\n\(length)\r\n\r\n\(body)")
                    let status = await connection.response()?.status
                    #expect(status != nil && status != 400 && status != 500, "\(line) \(status ?? 0)")
                }
                if line.contains(" /api") {
                    #expect(try await send(server, line, [key, key], body).status == 401, "\(line)")
                }
            }
            let claim = #"{"code":"\#(code)","redeemer_id":1}"#
            let first = try await server.post("/api/invitations/redeem", claim)
            #expect(first["error"] == "exhausted" || first.status == 200, "the code is there")
        }
    }

    @Test("an unknown key is told before anything else is judged, and a wrong scope before fields and body")
    func order() async throws {
        try await TestServer.run { server in
            let reader = try await server.key("read")
            for line in [
                "POST /api/invitations/redeem", "POST /api/invitations/holds", "POST /api/invitations/redeem/batch",
                "POST \(Self.admin)/campaigns", "PATCH \(Self.admin)/campaigns/1",
                "POST \(Self.admin)/codes/import?x=1",
                "POST /api/invitations/validate?y",
            ] {
                let bad = ["Usher-Min-Position: x", "Usher-Wait-Ms: soon", "Content-Type: a", "Content-Type: b"]
                #expect(try await send(server, line, bad, "{").status == 401, "\(line)")
                let key = ["Authorization: Bearer \(reader)"]
                #expect(try await send(server, line, key + bad, "{").status == 403, "\(line)")
                let root = ["Authorization: Bearer \(TestServer.rootKey)"]
                for field in [
                    "Usher-Min-Position: x", "Usher-Wait-Ms: soon", "Usher-Wait-Ms: -1", "Usher-Wait-Ms: 1.5",
                ] {
                    let answer = try await send(server, line, root + [field], "{}")
                    #expect(
                        answer.status == 422 && answer.body.contains(String(field.prefix { $0 != ":" })),
                        "\(line) \(field)")
                }
            }
        }
    }

    @Test("If-Match and If-None-Match are lists, in one field or in several")
    func lists() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("c")
            let path = "\(Self.admin)/campaigns/\(id)"
            let tag = try #require(try await server.get(path).headers["etag"])
            let key = "Authorization: Bearer \(TestServer.rootKey)"
            let cached = try await send(
                server, "GET " + path, [key, "If-None-Match: \"x\"", "If-None-Match: \(tag)"], "")
            #expect(cached.status == 304)
            let changed = try await send(
                server, "PATCH " + path, [key, "If-Match: \"x\"", "If-Match: \(tag)"], #"{"name":"n"}"#)
            #expect(changed.status == 200)
            let stale = try await send(
                server, "PATCH " + path, [key, "If-Match: \"x\"", "If-Match: \(tag)"], #"{"name":"m"}"#)
            #expect(stale.status == 412)
        }
    }

    @Test("an unknown query parameter is 422 on every operation but the probes, with the name that was meant")
    func queries() async throws {
        try await TestServer.run { server in
            for operation in Operations.all where !operation.isProbe {
                let path = operation.path.replacing(#/\{[a-z_]+\}/#, with: "1")
                let reply = try await server.send(
                    operation.method.rawValue, path + "?limt=1", operation.method == .get ? nil : "{}")
                #expect(reply.status == 422 && reply["errors", "limt"].array?.count == 1, "\(path): \(reply.text)")
                let hasLimit = operation.query.contains { $0.name == "limit" }
                #expect(
                    reply["errors", "limt"] == [hasLimit ? "Unknown. Did you mean limit?" : "Unknown."], "\(path)")
            }
            let twice = try await server.get("\(Self.admin)/codes?limit=1&limit=2")
            #expect(twice.status == 422 && twice["errors", "limit"] != .null)
            #expect(try await server.get("\(Self.admin)/codes?%6Cimit=1").status == 200)
            #expect(try await server.get("\(Self.admin)/codes?limit=%zz").status == 422)
        }
    }

    @Test("an unknown member of a body is 422 on every operation that takes one")
    func members() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("drop", type: "capacity")
            let bodies: [(method: String, path: String, body: String)] = [
                ("POST", "/api/invitations/redeem", #"{"campaign":"drop","redeemer_id":1,"X":1}"#),
                ("POST", "/api/invitations/holds", #"{"campaign":"drop","redeemer_id":1,"X":1}"#),
                ("POST", "/api/invitations/validate", #"{"code":"x","X":null}"#),
                ("POST", "\(Self.admin)/campaigns", #"{"key":"k","name":"n","type":"capacity","X":1}"#),
                ("PATCH", "\(Self.admin)/campaigns/\(id)", #"{"X":1}"#),
                ("POST", "\(Self.admin)/codes", #"{"count":1,"X":1}"#),
                ("POST", "\(Self.admin)/codes/vanity", #"{"code":"HELLO","X":1}"#),
                ("POST", "\(Self.admin)/codes/signed", #"{"X":1}"#),
                ("POST", "\(Self.admin)/tenants", #"{"id":"t","X":1}"#),
                ("POST", "\(Self.admin)/keys", #"{"name":"n","scopes":["read"],"X":1}"#),
                ("PATCH", "/api/admin/replication", #"{"sync_replicas":0,"X":1}"#),
            ]
            for (method, path, body) in bodies {
                let reply = try await server.send(method, path, body)
                #expect(reply.status == 422 && reply["errors", "X"] == ["Unknown."], "\(path): \(reply.text)")
            }
            let misspelt = try await server.post(
                "\(Self.admin)/campaigns", #"{"key":"k","name":"n","type":"capacity","max_redemption_total":3}"#)
            #expect(misspelt.status == 422)
            #expect(
                misspelt["errors", "max_redemption_total"] == ["Unknown. Did you mean max_redemptions_total?"])
            let line = try await server.post(
                "/api/invitations/redeem/batch", #"{"campaign":"drop","redeemer_id":1,"quantty":2}"#)
            #expect(line.text.contains(#""quantty":["Unknown. Did you mean quantity?"]"#), "\(line.text)")
            let ttl = try await server.post(
                "/api/invitations/redeem", #"{"campaign":"drop","redeemer_id":1,"ttl_seconds":5}"#)
            #expect(ttl.status == 422 && ttl["errors", "ttl_seconds"] == ["Unknown."])
            #expect(try await server.get("\(Self.admin)/redemptions")["data"] == [], "nothing of it was done")
            let twice = try await server.post(
                "/api/invitations/redeem", #"{"campaign":"nope","redeemer_id":1,"campaign":"drop"}"#)
            #expect(twice.status == 200, "of members with one name the last counts")
        }
    }

    @Test("names are bytes also where they are wrong: each of two that only look alike is named, on every way")
    func names() async throws {
        // Two names, each in the answer as it was sent.
        let (one, two) = ("\u{E9}", "e\u{301}")
        func expectBoth(_ text: String, _ place: String, prefix: String = "") {
            for name in [one, two] {
                let member = Array("\"\(prefix)\(name)\":[".utf8)
                #expect(Array(text.utf8).ranges(of: member).count == 1, "\(place): \(text)")
            }
        }
        try await TestServer.run { server in
            let members = #""\#(one)":1,"e\u0301":2"#
            let bodies: [(path: String, body: String, prefix: String)] = [
                ("/api/invitations/redeem", "{\"code\":\"A\",\"redeemer_id\":1,\(members)}", ""),
                ("/api/invitations/redeem?", "{\"code\":\"A\",\"redeemer_id\":1,\(members)}", ""),
                ("/api/invitations/redeem/batch", "{\"code\":\"A\",\"redeemer_id\":1,\(members)}", ""),
                ("/api/invitations/holds", "{\"code\":\"A\",\"redeemer_id\":1,\(members)}", ""),
                ("/api/invitations/validate", "{\"code\":\"A\",\(members)}", ""),
                ("\(Self.admin)/codes", "{\"count\":1,\(members)}", ""),
                ("\(Self.admin)/codes", "{\"count\":1,\"grant\":{\(members)}}", "grant."),
                (
                    "\(Self.admin)/campaigns",
                    "{\"key\":\"k\",\"name\":\"n\",\"type\":\"referral\",\"reward_policy\":{\(members)}}",
                    "reward_policy."
                ),
                ("\(Self.admin)/codes/import?strict=true", "{\"code\":\"A\",\(members)}", ""),
            ]
            for (path, body, prefix) in bodies {
                expectBoth(try await server.post(path, body).text, path, prefix: prefix)
            }
            let csv = try await server.post(
                "\(Self.admin)/codes/import?strict=true", "code,\(one),\(two)\nA,1,2\n",
                headers: ["Content-Type": "text/csv"])
            expectBoth(csv.text, "CSV")
            for path in ["\(Self.admin)/codes", "/openapi.json", "\(Self.admin)/metrics"] {
                expectBoth(try await server.get(path + "?%C3%A9=1&e%CC%81=2").text, path)
            }
            for path in ["/api/invitations/redeem", "/api/invitations/redeem/batch", "\(Self.admin)/codes"] {
                expectBoth(try await server.post(path + "?%C3%A9=1&e%CC%81=2", "{}").text, path)
            }
        }
    }

    @Test("the document names the members that an operation reads, and no others")
    func documentedMembers() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("drop", type: "capacity")
            var count = 0
            for operation in Operations.all where operation.name != "promote" {
                guard case .json(let form, _) = operation.body, let schema = form.schema.object else { continue }
                #expect(schema["additionalProperties"] == false, "\(form.schemaName)")
                let members = schema["properties"]?.object?.members.map(\.name) ?? []
                let body = members.map { "\"\($0)\":null" }.joined(separator: ",")
                let path = operation.path.replacing(#/\{[a-z_]+\}/#, with: "\(id)")
                let reply = try await server.send(operation.method.rawValue, path, "{\(body)}")
                #expect(!reply.text.contains("Unknown."), "\(operation.name) \(reply.text)")
                count += 1
            }
            #expect(count >= 12)
        }
    }

    @Test("a bound of the document is kept by the server, and the refusal names the member")
    func documentedBounds() async throws {
        try await TestServer.run { server in
            var examples = try await OperationExamples(server)
            var count = 0
            for (number, operation) in Operations.all.enumerated() where operation.name != "promote" {
                guard case .json(let form, _) = operation.body else { continue }
                try await examples.renew()
                for (index, member) in form.members.enumerated() {
                    for (way, wrong) in Self.beyond(member.rules).enumerated() {
                        let example = OperationExamples.body(operation, "b\(number)-\(index)-\(way)") ?? "{}"
                        var body = try #require(try JSONTree.parse(Array(example.utf8)).object)
                        body[member.name] = wrong
                        if member.name == "code" { body["campaign"] = nil }
                        let reply = try await server.send(
                            operation.method.rawValue, examples.path(operation),
                            String(decoding: JSONTree.object(body).text, as: UTF8.self))
                        let isNamed =
                            reply.json.object?["errors"]?.object?[member.name] != nil
                            || reply["code"].string?.hasPrefix("vanity_") == true
                        #expect(
                            reply.status == 422 && isNamed, "\(form.schemaName).\(member.name) \(wrong) \(reply.text)")
                        count += 1
                    }
                }
            }
            #expect(count > 60)
        }
    }

    /// Values that are of the right kind and beyond a bound.
    private static func beyond(_ rules: JSONTree) -> [JSONTree] {
        let rules = rules.object ?? JSONObject()
        var values: [JSONTree] = []
        if case .integer(let least)? = rules["minimum"] { values.append(.integer(least - 1)) }
        if case .integer(let most)? = rules["maximum"], most < .max { values.append(.integer(most + 1)) }
        if case .integer(let most)? = rules["maxLength"] {
            values.append(.string(String(repeating: "a", count: Int(most) + 1)))
        }
        if rules["minLength"] != nil { values.append("") }
        if rules["enum"] != nil { values.append("no such word") }
        if let pattern = (rules["pattern"]?.string).flatMap({ try? Regex($0) }) {
            let broken = ["No/ /Such", " _-"].filter { $0.firstMatch(of: pattern) == nil }
            #expect(!broken.isEmpty, "no text of these breaks the pattern of \(rules)")
            values += broken.map { .string($0) }
        }
        if let items = rules["items"] { values += beyond(items).map { .array([$0]) } }
        return values
    }

    @Test(
        "an empty value, an unknown name and a name that comes twice are refused by name in the query of every operation"
    )
    func emptyValues() async throws {
        try await TestServer.run(metrics: true) { server in
            let examples = try await OperationExamples(server)
            for operation in Operations.all where !operation.isProbe && operation.name != "promote" {
                let path = examples.path(operation)
                let start = path + (path.contains("?") ? "&" : "?")
                let body = OperationExamples.body(operation, "Q")
                let own = operation.query.filter { !path.contains("\($0.name)=") }.map(\.name)
                var wrong = own.flatMap { [("\($0)=", $0), ($0, $0), ("\($0)=1&\($0)=1", $0)] }
                wrong += [("colour=", "colour"), ("colour=red", "colour")]
                for (query, name) in wrong {
                    let reply = try await server.send(
                        operation.method.rawValue, start + query, body, headers: ["Content-Type": "application/json"])
                    let rule = reply["errors", name].array?.first?.string ?? ""
                    let expected =
                        name == "colour"
                        ? "Unknown." : query.contains("&") ? "Must be sent only once." : "Must not be empty"
                    #expect(reply.status == 422 && rule.hasPrefix(expected), "\(operation.name) \(query) \(reply.text)")
                }
                for name in own where name.utf8.count > 4 {
                    let misspelt =
                        String(name.prefix(1)) + String(name.dropFirst().prefix(2).reversed()) + name.dropFirst(3)
                    guard misspelt != name else { continue }
                    let reply = try await server.send(
                        operation.method.rawValue, "\(start)\(misspelt)=1", body,
                        headers: ["Content-Type": "application/json"])
                    #expect(reply["errors", misspelt] == [.string("Unknown. Did you mean \(name)?")], "\(reply.text)")
                }
            }
        }
    }

    @Test("a probe is answered whatever its query says")
    func probes() async throws {
        try await TestServer.run { server in
            let probes = Operations.all.filter(\.isProbe)
            #expect(probes.count == 3)
            for probe in probes {
                for query in ["x=1", "_=17&_=18", "%zz", "verbos=1", "x", "=&&"] {
                    let reply = try await server.get("\(probe.path)?\(query)", key: nil)
                    #expect(reply.status == 200, "\(probe.path)?\(query) \(reply.text)")
                }
            }
            #expect(try await server.get("/readyz?x=1&verbose", key: nil)["ready"] == true)
        }
    }

    @Test("a campaign's patch takes key, type, tenant_id and created_by as they are, and nothing else")
    func fixedMembers() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("drop", type: "capacity")
            let path = "\(Self.admin)/campaigns/\(id)"
            let same = try await server.send(
                "PATCH", path,
                #"{"key":"drop","type":"capacity","tenant_id":"default","created_by":null,"name":"new"}"#)
            #expect(same.status == 200 && same["data", "name"] == "new", "\(same.text)")
            for (member, value) in [
                ("key", "\"other\""), ("type", "\"multi_use\""), ("tenant_id", "\"acme\""), ("created_by", "7"),
                ("key", "null"),
            ] {
                let reply = try await server.send("PATCH", path, #"{"\#(member)":\#(value),"name":"never"}"#)
                #expect(reply.status == 422 && reply["errors", member] != .null, "\(member): \(reply.text)")
            }
            #expect(try await server.get(path)["data", "name"] == "new")
        }
    }

    @Test("operations without a body take none, an empty one or {}")
    func bodies() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1)[0]
            let list = try await server.get("\(Self.admin)/codes")
            guard case .integer(let id)? = list["data"].array?.first?.object?["id"] else { throw TestFailure(code) }
            let path = "\(Self.admin)/codes/\(id)/revoke"
            for body in [nil, "", "{}", " { } \n"] { #expect(try await server.post(path, body).status == 200) }
            for body in ["{\"a\":1}", "[]", "x", "null", "\u{0}", "\u{1F}", " \u{1} ", "\u{B}", "\u{C}"] {
                let reply = try await server.post(path, body)
                #expect(reply.status == 422 && reply["code"] == "unexpected_body", "\(body)")
            }
        }
    }

    @Test("what a client does wrong with a body is never a 5xx, on any operation that has one")
    func brokenBodies() async throws {
        try await TestServer.run { server in
            let id = try await server.campaign("drop", type: "capacity")
            let key = "Authorization: Bearer \(TestServer.rootKey)"
            let chunked = "Transfer-Encoding: chunked"
            for operation in Operations.all where operation.method != .get && operation.name != "promote" {
                let path = operation.path.replacing(#/\{[a-z_]+\}/#, with: "\(id)")
                let line = "\(operation.method.rawValue) \(path) HTTP/1.1\r\nHost: x\r\n\(key)\r\n"
                var requests: [(bytes: [UInt8], isHTTP: Bool)] = []
                for body in [#"{"a":"#, "{\"a\":\"\u{0}\"}", "[", "\"", "nul", #"{"a":1e}"#, "[[[[[[", "\u{FEFF}{}"] {
                    requests.append((Array("\(line)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8), true))
                }
                requests.append((Array("\(line)Content-Length: 8\r\n\r\n{\"a\":\"".utf8) + [0xFF, 0x22], true))
                for chunks in [
                    "zz\r\n{}\r\n0\r\n\r\n", "-1\r\n{}\r\n0\r\n\r\n", "2\r\n{}xx0\r\n\r\n", "fffffffffffffffff\r\n",
                ] {
                    requests.append((Array("\(line)\(chunked)\r\n\r\n\(chunks)".utf8), false))
                }
                for length in ["-1", "x", "1, 2", "99999999999999999999"] {
                    requests.append((Array("\(line)Content-Length: \(length)\r\n\r\n{}".utf8), false))
                }
                for (request, isHTTP) in requests {
                    try await RawConnection.open(server) { connection in
                        try await connection.send(request)
                        let text = String(decoding: request.suffix(40), as: UTF8.self)
                        guard let response = await connection.response() else {
                            Issue.record("no answer: \(operation.name) \(text)")
                            return
                        }
                        // An import and a batch answer line by line.
                        let isAnswered =
                            isHTTP
                            ? (400...499).contains(response.status) || operation.streamsBody && response.status == 200
                            : response.status == 400
                        #expect(isAnswered, "\(operation.name) \(response.status) \(text)")
                    }
                }
            }
            #expect(try await server.get("/livez").status == 200)
        }
    }
}
