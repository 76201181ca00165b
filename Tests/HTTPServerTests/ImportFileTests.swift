import Domain
import Foundation
import JSONText
import Journal
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import HTTPServer
@testable import Wire

@Suite("Files for import, as spreadsheets write them")
struct ImportFileTests {
    private static let admin = "/api/admin/invitations"

    /// The bytes of a file in `Tests/Fixtures/imports`.
    private static func fixture(_ name: String) throws -> [UInt8] {
        let directory = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures/imports"
        return Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)")))
    }

    private func send(_ server: TestServer, _ bytes: [UInt8], csv: Bool = true, query: String = "")
        async throws -> TestServer.Reply
    {
        try await server.send(
            "POST", Self.admin + "/codes/import" + query, bytes: bytes,
            headers: ["Content-Type": csv ? "text/csv; charset=utf-8" : "application/x-ndjson"])
    }

    /// Validates a new code: gives its places, or the reason of its refusal.
    private func remaining(_ server: TestServer, _ code: String) async throws -> JSONTree {
        let reply = try await server.post("/api/invitations/validate", "{\"code\":\"\(code)\"}")
        return reply.status == 200 ? reply["remaining"] : reply["error"]
    }

    private func json(_ tree: JSONTree) -> String { String(decoding: tree.text, as: UTF8.self) }

    private func lines(_ reply: TestServer.Reply) -> [JSONTree] {
        reply["data", "failures"].array?.compactMap { $0.object?["line"] } ?? []
    }

    @Test("semicolons, a byte-order mark, CRLF and quotes")
    func semicolons() async throws {
        try await TestServer.run { server in
            let reply = try await send(server, Self.fixture("excel-semicolon.csv"))
            #expect(reply["data", "imported"] == 2 && reply["data", "failed"] == 0, "\(reply.text)")
            #expect(try await remaining(server, "00123456") == 2)
            #expect(try await remaining(server, "123456") == "invalid")
            let list = try await server.get(Self.admin + "/codes?limit=1")
            #expect(list["data"].array?[0].object?["expires_at"] == "2031-03-30T23:59:59.999Z")
        }
    }

    @Test("lines that end with CR alone")
    func returns() async throws {
        try await TestServer.run { server in
            let reply = try await send(server, Self.fixture("classic-cr.csv"))
            #expect(reply["data", "imported"] == 2, "\(reply.text)")
            #expect(try await remaining(server, "GARDEN-9") == 3)
        }
    }

    @Test("columns in any order and case; unknown ones are named, and refused where the caller is strict")
    func columns() async throws {
        try await TestServer.run { server in
            let bytes = try Self.fixture("extra-columns.csv")
            let strict = try await send(server, bytes, query: "?strict=true")
            #expect(strict.status == 422 && strict["errors", "Note"] != .null && strict["errors", "colour"] != .null)
            #expect(try await remaining(server, "GATE17") == "invalid", "nothing was taken")
            let reply = try await send(server, bytes)
            #expect(reply["data", "imported"] == 2 && reply["data", "ignored_columns"] == ["Note", "colour"])
            #expect(try await remaining(server, "GATE17") == 1)
            #expect(try await remaining(server, "FAIR2030") == 3)
            let misspelt = try await send(server, Array("code,max_use\nABCD,1\n".utf8), query: "?strict=1")
            #expect(misspelt["errors", "max_use"] == ["Unknown. Did you mean max_uses?"])
        }
    }

    @Test("a code is letters and digits: what else is typed is a bad row by every way in, and unknown to those who ask")
    func alphabet() async throws {
        try await TestServer.run { server in
            let good = ["SUMMER-27": "SUMMER27", "lucky u": "1UCKYU", "a": "A", "_il_o-": "110"]
            let bad = [
                "!!", "50%OFF", "A.B", "A+B", "A/B", "STRASSE\u{DF}", "\u{212A}ELVIN", "\u{FF21}\u{FF22}", "\u{1F389}",
                "A\tB", "--", "_", "A\u{0}B", "A'B", "(A)", String(repeating: "A", count: 65),
                String(repeating: "A-", count: 65),
            ]
            for isCSV in [true, false] {
                let texts = bad + good.keys.map { isCSV ? $0 : "N" + $0 }
                func row(_ text: String) -> String {
                    isCSV ? "\"\(text)\",1\n" : json(["code": .string(text)]) + "\n"
                }
                let file = (isCSV ? "code,max_uses\n" : "") + texts.map(row).joined()
                let reply = try await send(server, Array(file.utf8), csv: isCSV)
                #expect(reply["data", "imported"] == .integer(Int64(good.count)), "\(reply.text)")
                let failures = reply["data", "failures"].array ?? []
                let first = isCSV ? 2 : 1
                #expect(lines(reply) == bad.indices.map { .integer(Int64($0 + first)) })
                #expect(
                    failures.allSatisfy { ["malformed", "validation_failed"].contains($0.object?["error"]?.string) })
            }
            for text in bad {
                let vanity = try await server.post(Self.admin + "/codes/vanity", json(["code": .string(text)]))
                #expect(vanity.status == 422, "\(text)")
                #expect(["vanity_malformed", "validation_failed"].contains(vanity["code"].string), "\(vanity.text)")
                let claim = json(["code": .string(text), "redeemer_id": "r"])
                #expect(try await server.post("/api/invitations/redeem", claim).status == 422, "\(text)")
            }
            for (text, normal) in good {
                for spelling in [text, normal] { #expect(try await remaining(server, spelling) == 1, "\(text)") }
                let escaped = text.replacing(" ", with: "%20")
                let found = try await server.get(Self.admin + "/codes?code=\(escaped)")
                #expect(found["data"].array?.first?.object?["code"] == .string(normal))
            }
            let free = try await server.post(Self.admin + "/codes/vanity", #"{"code":"Unique-U"}"#)
            #expect(free.status == 201 && free["data", "code"] == "UN1QUEU")
        }
    }

    @Test("a line break in quotes belongs to its row, whose line is the one that it begins at")
    func quotedLineBreaks() async throws {
        let bytes = try Self.fixture("quoted-line-breaks.csv")
        try await TestServer.run { server in
            let reply = try await send(server, bytes, query: "?atomic=true")
            #expect(reply.status == 422, "\(reply.text)")
            #expect(reply["errors"].object?.members.map(\.name) == ["line 2", "line 5", "line 6"])
            #expect(try await server.get(Self.admin + "/codes")["data"] == [], "nothing was taken")
        }
        try await TestServer.run { server in
            let reply = try await send(server, bytes)
            #expect(reply["data", "imported"] == 2 && lines(reply) == [2, 5, 6], "\(reply.text)")
            #expect(try await remaining(server, "B00K2026") == 1)
            #expect(try await remaining(server, "G00DC0DE8") == 2)
            for half in ["GIFTAAAA", "GIFTBBBB"] { #expect(try await remaining(server, half) == "invalid") }
        }
    }

    @Test("UTF-16, a file without a column code, and an empty one are 422 and say so; nothing is taken")
    func refused() async throws {
        try await TestServer.run { server in
            let wide = try Self.fixture("utf16.csv")
            for bytes in [wide, Array(wide.dropFirst(2)), [0xFE, 0xFF, 0x00, 0x63]] {
                let reply = try await send(server, bytes)
                #expect(reply.status == 422 && reply.text.contains("UTF-16"), "\(reply.text)")
            }
            for text in ["name,uses\nA,1\n", ",\n", "\u{FEFF}kode;max_uses\r\nA;1", "code,CODE\nA,B"] {
                let reply = try await send(server, Array(text.utf8))
                #expect(reply.status == 422 && reply.text.contains("ode"), "\(reply.text)")
            }
            for (text, csv) in [("", true), ("", false), ("\u{FEFF}", true), ("\r\n\r\n", true), (" \n", false)] {
                let reply = try await send(server, Array(text.utf8), csv: csv)
                #expect(reply.status == 422 && reply.text.contains("empty"), "\(reply.text)")
            }
            #expect(try await send(server, Array("code\n".utf8))["data", "imported"] == 0, "a head without rows")
            #expect(try await server.get(Self.admin + "/codes")["data"] == [])
        }
    }

    @Test("ndjson with a byte-order mark, whose unknown members count like unknown columns")
    func lines() async throws {
        try await TestServer.run { server in
            let reply = try await send(server, Self.fixture("bom.ndjson"), csv: false)
            #expect(reply["data", "imported"] == 2 && reply["data", "ignored_columns"] == [], "\(reply.text)")
            #expect(try await remaining(server, "NDA77K2M") == 2)
            let more = Array(#"{"code":"MORE1","max_use":3}"#.utf8)
            let strict = try await send(server, more, csv: false, query: "?strict=true")
            #expect(strict.status == 422 && strict["errors", "max_use"] == ["Unknown. Did you mean max_uses?"])
            let taken = try await send(server, more, csv: false)
            #expect(taken["data", "imported"] == 1 && taken["data", "ignored_columns"] == ["max_use"])
        }
    }

    @Test("only white space of JSON is a blank line: a line of control bytes is a bad row")
    func controlBytes() async throws {
        try await TestServer.run { server in
            let bad = ["\u{0}", "\u{1}", "\u{1F}", " \u{B} ", "\u{C}", "\u{7F}"]
            let file = ([#"{"code":"GOOD1"}"#, "", " ", "\t\r"] + bad + [#"{"code":"GOOD2"}"#]).joined(separator: "\n")
            let reply = try await send(server, Array(file.utf8), csv: false)
            #expect(reply["data", "imported"] == 2 && lines(reply) == [5, 6, 7, 8, 9, 10], "\(reply.text)")
            let table = (["code", "TABLE1", "", " ", "\t"] + bad + ["TABLE2"]).joined(separator: "\n")
            let rows = try await send(server, Array(table.utf8))
            #expect(rows["data", "imported"] == 2 && lines(rows) == [6, 7, 8, 9, 10, 11], "\(rows.text)")
            let alone = try await send(server, Array("\u{1}\n".utf8), csv: false)
            #expect(alone.status == 200 && lines(alone) == [1], "\(alone.text)")
        }
    }

    /// Codes of every kind with their terms, in the order of their texts.
    private func codes(_ server: TestServer, tenant: String) async throws -> [[JSONTree]] {
        let list = try await server.get(Self.admin + "/codes", headers: ["Usher-Tenant": tenant])
        let rows = list["data"].array?.compactMap(\.object) ?? []
        let columns = ["code", "code_kind", "max_uses", "expires_at", "issuer_id"]
        return rows.map { row in columns.map { row[$0] ?? .null } }.sorted { json($0[0]) < json($1[0]) }
    }

    @Test(
        "an export of codes of all kinds is an import into another tenant, as CSV and as ndjson",
        arguments: [true, false])
    func roundTrip(csv: Bool) async throws {
        try await TestServer.run { server in
            for tenant in ["other", "third"] {
                #expect(try await server.post(Self.admin + "/tenants", "{\"id\":\"\(tenant)\"}").status == 201)
            }
            let end = "2031-03-30T23:59:59.123Z"
            let terms = #""max_uses":3,"issuer_id":"ann","expires_at":"\#(end)""#
            _ = try await server.post(Self.admin + "/codes", "{\"count\":2,\(terms)}")
            _ = try await server.post(Self.admin + "/codes/vanity", "{\"code\":\"WELCOME\",\(terms)}")
            for end in ["null", "\"\(end)\"", "\"2031-03-30T23:59:59Z\""] {
                let body = "{\"max_uses\":4,\"expires_at\":\(end)}"
                let signed = try await server.post(Self.admin + "/codes/signed", body)
                let code = try #require(signed["data", "code"].string, "\(signed.text)")
                // A signed code has a row from its first claim on.
                let claim = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":1}"#)
                #expect(claim.status == 200, "\(claim.text)")
            }
            let type = csv ? "text/csv" : "application/x-ndjson"
            let file = try await server.get(Self.admin + "/codes/export", headers: ["Accept": type])
            func take(_ tenant: String, _ query: String = "") async throws -> TestServer.Reply {
                try await server.send(
                    "POST", Self.admin + "/codes/import" + query, bytes: file.body,
                    headers: ["Content-Type": type, "Usher-Tenant": tenant])
            }
            let reply = try await take("other", "?atomic=true")
            #expect(reply["data", "imported"] == 6 && reply["data", "failed"] == 0, "\(reply.text)")
            #expect(reply["data", "ignored_columns"] == [])
            let (before, after) = (try await codes(server, tenant: "default"), try await codes(server, tenant: "other"))
            #expect(before == after)
            #expect(Set(after.map { json($0[1]) }) == ["\"random\"", "\"signed\"", "\"vanity\""])
            // They are codes like others there, with all of their places; and none of them is made twice.
            for code in after {
                let body = json(["code": code[0], "redeemer_id": "bob", "quantity": 3])
                let claim = try await server.post(
                    "/api/invitations/redeem", body, headers: ["Usher-Tenant": "other"])
                #expect(claim.status == 200, "\(claim.text)")
            }
            for tenant in ["default", "other"] {
                let again = try await take(tenant)
                #expect(again["data", "imported"] == 0 && again["data", "failed"] == 6, "\(again.text)")
                #expect(again.text.ranges(of: "\"error\":\"taken\"").count == 6)
            }
        }
    }

    @Test("a row without a kind is of kind vanity; a signed code has the form of one, and the message names the column")
    func kinds() async throws {
        try await TestServer.run { server in
            let file = [
                #"{"code":"NONE"}"#, #"{"code":"DRAWN","code_kind":"random"}"#,
                #"{"code":"SIGN","code_kind":"signed"}"#,
                #"{"code":"OTHER","code_kind":"magic"}"#,
                #"{"code":"\#(String(repeating: "Z", count: 56))","code_kind":"signed"}"#,
            ].joined(separator: "\n")
            let reply = try await send(server, Array(file.utf8), csv: false)
            #expect(reply["data", "imported"] == 2 && lines(reply) == [3, 4, 5], "\(reply.text)")
            #expect(reply.text.ranges(of: "\"message\":\"code_kind: ").count == 3, "\(reply.text)")
            #expect(
                try await codes(server, tenant: "default").map { [$0[0], $0[1]] }
                    == [["DRAWN", "random"], ["N0NE", "vanity"]])
        }
    }

    /// Reads a text in pieces of a size.
    private func read(_ text: [UInt8], pieces: Int, csv: Bool = true) throws -> ImportReader {
        var secret = SeededGenerator(seed: 1)
        let ids = PublicIDs(secret: Hash128(low: secret.next(), high: secret.next()))
        var reader = ImportReader(csv ? .csv : .ndjson, ids: ids)
        for start in stride(from: 0, to: text.count, by: pieces) {
            try reader.take(ByteBuffer(bytes: text[start..<min(start + pieces, text.count)]))
        }
        try reader.end()
        return reader
    }

    @Test("a file whose sender names no format is read by its first bytes, and one that is named by its name")
    func format() async throws {
        try await TestServer.run { server in
            func send(_ text: String, _ type: String?) async throws -> TestServer.Reply {
                try await server.send(
                    "POST", Self.admin + "/codes/import", bytes: Array(text.utf8),
                    headers: type.map { ["Content-Type": $0] } ?? [:])
            }
            var number = 10
            let forms = [
                "code\nCSV%\n", "\u{FEFF} \r\n\tCode;max_uses\rCSV%;1", "{\"code\":\"ROW%\"}\n",
                "\n \r\n{\"code\":\"R%\"}",
            ]
            for type in [nil, "application/x-www-form-urlencoded", "text/plain", "application/octet-stream"] {
                for form in forms {
                    number += 1
                    let reply = try await send(form.replacing("%", with: "\(number)"), type)
                    #expect(reply["data", "imported"] == 1 && reply["data", "failed"] == 0, "\(form): \(reply.text)")
                }
                let list = try await send("[{\"code\":\"LISTED\"}]", type)
                #expect(list.text.contains("is not a JSON object"), "\(list.text)")
                for empty in ["", "\n", "  \n\n"] {
                    let reply = try await send(empty, type)
                    #expect(reply.status == 422 && reply.text.contains("The file is empty."), "\(reply.text)")
                }
            }
            // The first line alone is bad where its format was named.
            let named = try await send("nonsense\n{\"code\":\"NAMED\"}", "application/x-ndjson")
            #expect(named["data", "imported"] == 1 && named["data", "failed"] == 1, "\(named.text)")
            let table = try await send("{\"code\":\"NAMED2\"}", "text/csv")
            #expect(table.status == 422 && table.text.contains("Must name the columns"), "\(table.text)")
        }
    }

    @Test("a campaign's id that nothing has is told as that, and not as that of a campaign made meanwhile")
    func unknownCampaign() async throws {
        try await TestServer.run { server in
            let code = try await server.post(Self.admin + "/codes/vanity", #"{"code":"NOCAMPAIGN"}"#)
            guard case .integer(let id) = code["data", "id"] else { throw TestFailure(code.text) }
            for number in [1, 77_777, 4_007_199_254_740_991, id] {
                let rows = "{\"code\":\"A\(number)\",\"campaign_id\":\(number)}"
                let reply = try await send(server, Array(rows.utf8), csv: false)
                #expect(reply.text.contains(#""error":"campaign_not_found""#), "\(reply.text)")
                #expect(reply.text.contains("There is no such campaign."), "\(reply.text)")
            }
        }
    }

    @Test("the rows are the same however the bytes arrive, by any line break and separator")
    func pieces() throws {
        let table = [
            ["Code", " max_uses ", "metadata"], ["A-1", "2", "{\"a\": \"x,;y\"}"], [" B\"2", "", ""],
            ["C 3", "7", ""],
        ]
        func quoted(_ cell: String) -> String { "\"" + cell.replacing("\"", with: "\"\"") + "\"" }
        for separator in [",", ";", "\t"] {
            for lineBreak in ["\n", "\r", "\r\n"] {
                for end in ["", lineBreak, lineBreak + lineBreak] {
                    let text =
                        table.map { $0.map(quoted).joined(separator: separator) }.joined(separator: lineBreak) + end
                    for pieces in [1, 2, 3, 7, 1000] {
                        let reader = try read(Array(text.utf8), pieces: pieces)
                        #expect(
                            reader.failures.isEmpty && reader.rows.map(\.text) == ["A-1", "B\"2", "C 3"], "\(text)")
                        #expect(
                            reader.rows.map(\.terms.maxUses) == [2, nil, 7] && reader.rows.map(\.line) == [2, 3, 4])
                        #expect(reader.rows[0].terms.metadata == Array("{\"a\":\"x,;y\"}".utf8))
                    }
                }
            }
        }
    }

    @Test("a row with broken quotes fails by itself, wherever they are")
    func brokenQuotes() throws {
        let texts: [(text: String, good: [String], bad: [Int])] = [
            ("code,max_uses\nAA,1\n\"BB,2\nCC,3\nDD,4", ["AA", "CC", "DD"], [3]),
            ("code,max_uses\n\"AA\"x,1\nBB,2", ["BB"], [2]),
            ("code,max_uses\n\"A\nB\"x,1\nCC,2", ["CC"], [2, 3]),
            ("code\n\"AA\nBB\n\"CC\nDD", ["BB", "DD"], [2, 4]),
            ("code\n\"A\nA\"\nB\"B\nCC", ["A\nA", "CC"], [4]),
            ("code\nAA\n\"", ["AA"], [3]),
        ]
        for (text, good, bad) in texts {
            for pieces in [1, 1000] {
                let reader = try read(Array(text.utf8), pieces: pieces)
                #expect(reader.rows.map(\.text) == good, "\(text)")
                #expect(reader.failures.map(\.line) == bad, "\(text)")
            }
        }
        // A quote that is never closed does not swallow a file that is longer than a row may be.
        let long = "code\n\"AA\n" + (0..<20_000).map { "CODE\($0)\n" }.joined()
        #expect(try read(Array(long.utf8), pieces: 4096).rows.count == 20_000)
        let hostile = "code\n" + String(repeating: "\"x\"y\n", count: 2000)
        #expect(throws: Problem.self) { try read(Array(hostile.utf8), pieces: 4096) }
    }
}
