import Domain
import Foundation
import JSONText
import NIOCore
import TestSupport
import Testing

@testable import HTTPServer
@testable import Wire

@Suite("Claims over HTTP")
struct ClaimRouteTests {
    @Test("a claim is answered with its redemption, and its repeat with the same one")
    func redeem() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1)[0]
            let first = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"ann"}"#)
            #expect(first.status == 200)
            #expect(first["ok"] == true && first["already"] == false)
            #expect(first["redemption", "redeemer_id"] == "ann" && first["redemption", "quantity"] == 1)
            #expect(first["referral"] == .null && first["position"].string == first.headers["usher-position"])
            #expect(first.headers["content-type"] == "application/json" && first.headers["date"] != nil)
            let again = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"ann"}"#)
            #expect(again["already"] == true && again["redemption"] == first["redemption"])
            let late = try await server.post("/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"bob"}"#)
            #expect(late.status == 409 && late["error"] == "exhausted" && late["limit"] == "code")
            #expect(late["ok"] == false && late["remaining"] == 0 && late["code"] == "exhausted")
            #expect(late.headers["content-type"] == "application/problem+json")
            let unknown = try await server.post("/api/invitations/redeem", #"{"code":"NOPE","redeemer_id":"bob"}"#)
            #expect(unknown.status == 422 && unknown["error"] == "invalid" && unknown["trace_id"].string?.count == 32)
        }
    }

    @Test("a hold is taken, found, confirmed and stays confirmed")
    func holds() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 5)[0]
            let body = #"{"code":"\#(code)","redeemer_id":"ann","quantity":2,"ttl_seconds":60}"#
            let held = try await server.post("/api/invitations/holds", body)
            #expect(held.status == 201 && held["hold", "state"] == "held" && held["hold", "quantity"] == 2)
            let again = try await server.post("/api/invitations/holds", body)
            #expect(again.status == 200 && again["already"] == true && again["hold"] == held["hold"])
            guard case .integer(let id) = held["hold", "id"] else { throw TestFailure(held.text) }
            let confirmed = try await server.post("/api/invitations/holds/\(id)/confirm")
            #expect(confirmed.status == 200 && confirmed["redemption", "quantity"] == 2)
            #expect(confirmed["position"].string == confirmed.headers["usher-position"])
            #expect(try await server.get("/api/invitations/holds/\(id)")["hold", "state"] == "confirmed")
            let released = try await server.post("/api/invitations/holds/\(id)/release")
            #expect(released.status == 409 && released["error"] == "hold_conflict")
            let list = try await server.get("/api/admin/invitations/holds?state=confirmed")
            #expect(list["data"].array?.count == 1)
        }
    }

    @Test("a hold for somebody who has redeemed is answered with that redemption, in a shape of the document")
    func holdAfterRedeem() async throws {
        try await TestServer.run { server in
            let code = try #require(try await server.codes(1, maxUses: 2).first)
            let body = #"{"code":"\#(code)","redeemer_id":"a"}"#
            let redeemed = try await server.post("/api/invitations/redeem", body)
            let held = try await server.post("/api/invitations/holds", body)
            #expect(held.status == 200 && held["already"] == .bool(true))
            #expect(held["redemption"] == redeemed["redemption"])
        }
    }

    @Test("validate tells what is left and writes nothing")
    func validate() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 3)[0]
            let valid = try await server.post("/api/invitations/validate", #"{"code":"\#(code)"}"#)
            #expect(
                valid.status == 200 && valid["valid"] == true && valid["remaining"] == 3
                    && valid["code_kind"] == "random")
            let invalid = try await server.post("/api/invitations/validate", #"{"code":"NOPE"}"#)
            #expect(invalid.status == 422 && invalid["valid"] == false && invalid["error"] == "invalid")
            #expect(invalid["ok"] == .null)
        }
    }

    @Test("an empty code is malformed by every way in, as an overlong one is, and nothing is asked about it")
    func emptyCodes() async throws {
        try await TestServer.run { server in
            _ = try await server.codes(1)
            let (claims, codes) = ("/api/invitations", "/api/admin/invitations/codes")
            for code in ["", " ", "-", " _-", "\\t", "\\u0000", String(repeating: "A", count: 129)] {
                let body = "{\"code\":\"\(code)\",\"redeemer_id\":\"ann\"}"
                var replies: [TestServer.Reply] = []
                for path in ["/redeem", "/redeem?", "/holds", "/redeem/batch"] {
                    replies.append(try await server.post(claims + path, body))
                }
                replies.append(try await server.post(claims + "/redeem", body, headers: ["Idempotency-Key": "k"]))
                replies.append(try await server.post(claims + "/validate", "{\"code\":\"\(code)\"}"))
                let query = code.replacing("\\t", with: "%09").replacing("\\u0000", with: "%00")
                    .replacing(" ", with: "%20")
                for path in [claims + "/availability", codes, codes + "/export"] where !query.isEmpty {
                    replies.append(try await server.get("\(path)?code=\(query)"))
                }
                #expect(replies.count >= 6)
                for (index, reply) in replies.enumerated() {
                    #expect(reply.status == (index == 3 ? 200 : 422), "\(index) \(body): \(reply.text)")
                    #expect(reply.text.contains(#""code":"validation_failed""#), "\(index) \(body): \(reply.text)")
                    #expect(reply.text.contains(CodeText.rule), "\(index) \(body): \(reply.text)")
                }
            }
        }
    }

    @Test("who names a campaign that is not there is told of a campaign, by every way in")
    func unknownCampaigns() async throws {
        try await TestServer.run { server in
            let long = String(repeating: "c", count: 500)
            for key in ["nosuch", "", long] {
                let body = "{\"campaign\":\"\(key)\",\"redeemer_id\":\"ann\"}"
                for path in ["/redeem", "/redeem?", "/holds", "/redeem/batch"] {
                    let reply = try await server.post("/api/invitations" + path, body)
                    #expect(reply.text.contains(#""detail":"This campaign does not exist.""#), "\(path): \(reply.text)")
                    #expect(reply.text.contains(#""error":"invalid""#), "\(path): \(reply.text)")
                }
            }
            let code = try await server.post("/api/invitations/redeem", #"{"code":"NOPE","redeemer_id":"ann"}"#)
            #expect(code["detail"] == "This code does not exist.", "\(code.text)")
        }
    }

    @Test("an account that is an integer of any size is its decimal text by every way in")
    func integerAccounts() async throws {
        try await TestServer.run { server in
            let redeem = "/api/invitations/redeem"
            for (number, text) in [("18446744073709551615", "18446744073709551615"), ("-0", "0"), ("-12", "-12")] {
                let code = try await server.codes(1, maxUses: 100)[0]
                let body = "{\"code\":\"\(code)\",\"redeemer_id\":\(number)}"
                let held = try await server.post("/api/invitations/holds", body)
                #expect(held.status == 201 && held["hold", "redeemer_id"] == .string(text), "\(held.text)")
                // The hold is this person's by all other ways: none of them takes another place.
                var answers = [try await server.post(redeem + "?", body).text]
                answers.append(try await server.post(redeem, body, headers: ["Idempotency-Key": number]).text)
                answers.append(try await server.post(redeem + "/batch", body).text)
                try await RawConnection.open(server) { connection in
                    try await connection.send(claimRequest(body))
                    answers.append(await connection.response()?.body ?? "")
                }
                for answer in answers { #expect(answer.contains("\"redeemer_id\":\"\(text)\""), "\(answer)") }
                let list = try await server.get("/api/admin/invitations/redemptions?redeemer_id=\(text)")
                #expect(list["data"].array?.count == 1, "\(list.text)")
            }
            for path in ["codes", "codes/vanity"] {
                for (number, text) in [("18446744073709551615", "18446744073709551615"), ("-0", "0")] {
                    let body = path == "codes" ? "\"count\":1" : "\"code\":\"VANITY-\(text.count)\""
                    let made = try await server.post(
                        "/api/admin/invitations/\(path)", "{\(body),\"issuer_id\":\(number)}")
                    #expect(made.status == 201 && made.text.contains("\"issuer_id\":\"\(text)\""), "\(made.text)")
                }
            }
            let imported = try await server.post(
                "/api/admin/invitations/codes/import", #"{"code":"IMPORTED","issuer_id":18446744073709551615}"#)
            #expect(imported["data", "imported"] == 1, "\(imported.text)")
            let list = try await server.get("/api/admin/invitations/codes?code=IMPORTED")
            #expect(list["data"].array?.first?.object?["issuer_id"] == "18446744073709551615")
        }
    }

    @Test("pipelined requests of all kinds are answered in their order")
    func pipelining() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 1000)[0]
            try await RawConnection.open(server) { connection in
                var text = ""
                for index in 0..<50 {
                    text += claimRequest(#"{"code":"\#(code)","redeemer_id":\#(index)}"#)
                    if index % 10 == 3 { text += claimRequest("{", key: "wrong") }
                    if index % 10 == 5 { text += "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" }
                    if index % 10 == 7 { text += claimRequest("{broken") }
                }
                try await connection.send(text)
                for index in 0..<50 {
                    let claim = try #require(await connection.response())
                    #expect(claim.status == 200 && claim.body.contains("\"redeemer_id\":\"\(index)\""))
                    if index % 10 == 3 { #expect(await connection.response()?.status == 401) }
                    if index % 10 == 5 { #expect(await connection.response()?.body == "ok\n") }
                    if index % 10 == 7 { #expect(await connection.response()?.status == 422) }
                }
            }
        }
    }

    @Test("a batch answers line by line, bad lines included, and splits anywhere")
    func batch() async throws {
        try await TestServer.run { server in
            let codes = try await server.codes(1200)
            var lines: [String] = []
            for (index, code) in codes.enumerated() {
                lines.append(#"{"code":"\#(code)","redeemer_id":\#(index)}"#)
                if index % 200 == 7 { lines.append("{bad") }
                if index % 200 == 9 { lines.append(#"{"code":"\#(code)","redeemer_id":"other"}"#) }
                if index % 200 == 11 { lines.append("") }
            }
            let reply = try await server.post("/api/invitations/redeem/batch", lines.joined(separator: "\n"))
            #expect(reply.status == 200 && reply.headers["content-type"] == "application/x-ndjson")
            let answers = reply.text.split(separator: "\n")
            let asked = lines.filter { !$0.isEmpty }
            try #require(answers.count == asked.count)
            for (line, answer) in zip(asked, answers) {
                let tree = try JSONTree.parse(ByteBuffer(string: String(answer)))
                let expected: JSONTree = line == "{bad" ? 422 : line.contains("other") ? 409 : 200
                #expect(tree.object?["status"] == expected, "\(line) -> \(answer)")
            }
        }
    }

    @Test("lines beyond the most that a batch has are answered 413, the others are carried out")
    func tooManyLines() async throws {
        try await TestServer.run(batchLinesMax: 50) { server in
            let code = try await server.codes(1, maxUses: 10)[0]
            let line = #"{"code":"\#(code)","redeemer_id":"same"}"# + "\n"
            let reply = try await server.post(
                "/api/invitations/redeem/batch", String(repeating: line, count: 53))
            let answers = reply.text.split(separator: "\n")
            #expect(answers.count == 53)
            #expect(answers.dropLast(3).allSatisfy { $0.contains("\"status\":200") })
            #expect(answers.suffix(3).allSatisfy { $0.contains("\"status\":413") })
        }
    }

    @Test("an Idempotency-Key replays the answer, also after a restart")
    func idempotency() async throws {
        let directory = try TemporaryDirectory("http")
        var first: TestServer.Reply?
        var code = ""
        try await TestServer.run(on: directory) { server in
            code = try await server.codes(1, maxUses: 9)[0]
            let reply = try await server.post(
                "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"ann"}"#,
                headers: ["Idempotency-Key": "\"k1\""])
            #expect(reply.status == 200 && reply["already"] == false && reply["position"].string != nil)
            first = reply
            let other = try await server.post(
                "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"bob"}"#,
                headers: ["Idempotency-Key": "k1"])
            #expect(other.status == 422 && other["code"] == "idempotency_key_reused")
        }
        try await TestServer.run(on: directory) { server in
            let reply = try await server.post(
                "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"ann"}"#,
                headers: ["Idempotency-Key": "k1"])
            #expect(reply.status == 200 && reply["already"] == false)
            #expect(reply["redemption"] == first?["redemption"])
            #expect(reply.headers["idempotent-replayed"] == "true")
        }
    }

    @Test("64 connections racing for the last places get exactly those")
    func race() async throws {
        try await TestServer.run { server in
            let code = try await server.codes(1, maxUses: 100)[0]
            let counts = try await withThrowingTaskGroup(of: [Int].self) { group in
                for client in 0..<64 {
                    group.addTask {
                        var statuses: [Int] = []
                        for attempt in 0..<5 {
                            let body = #"{"code":"\#(code)","redeemer_id":"\#(client)-\#(attempt)"}"#
                            statuses.append(try await server.post("/api/invitations/redeem", body).status)
                        }
                        return statuses
                    }
                }
                var counts: [Int: Int] = [:]
                for try await statuses in group { for status in statuses { counts[status, default: 0] += 1 } }
                return counts
            }
            #expect(counts == [200: 100, 409: 220])
        }
    }
}
