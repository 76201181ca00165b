import JSONText
import NIOCore
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Dates mean the same through every door")
struct DateDoorTests {
    private static let admin = "/api/admin/invitations"
    private static let ends = "2031-03-30T23:59:59.999Z"

    /// The answer to each way of naming an end: its value, or the status and the field at fault.
    private func ends(_ server: TestServer, _ text: String, _ round: Int) async throws -> [String: JSONTree] {
        let campaign = "{\"key\":\"k\(round)\",\"name\":\"n\",\"type\":\"multi_use\",\"ends_at\":\"\(text)\"}"
        let plain = try await server.campaign("p\(round)")
        let code = try await server.post(Self.admin + "/codes/vanity", "{\"code\":\"TEXT\(round)A\"}")
        guard case .integer(let id) = code["data", "id"] else { throw TestFailure(code.text) }
        let expires = "\"expires_at\":\"\(text)\""
        let key = "{\"name\":\"n\",\"scopes\":[\"read\"],\(expires)}"
        let replies: [(String, TestServer.Reply)] = [
            ("campaign", try await server.post(Self.admin + "/campaigns", campaign)),
            (
                "campaign patch",
                try await server.send(
                    "PATCH", "\(Self.admin)/campaigns/\(plain)", "{\"ends_at\":\"\(text)\"}")
            ),
            ("codes", try await server.post(Self.admin + "/codes", "{\"count\":1,\(expires)}")),
            ("vanity", try await server.post(Self.admin + "/codes/vanity", "{\"code\":\"DATE\(round)\",\(expires)}")),
            ("signed", try await server.post(Self.admin + "/codes/signed", "{\(expires)}")),
            ("code patch", try await server.send("PATCH", "\(Self.admin)/codes/\(id)", "{\(expires)}")),
            ("key", try await server.post(Self.admin + "/keys", key)),
        ]
        var answers: [String: JSONTree] = [:]
        for (door, reply) in replies {
            let data = reply["data"].object ?? reply["data"].array?.first?.object
            let field =
                reply["errors", "expires_at"] != .null ? reply["errors", "expires_at"] : reply["errors", "ends_at"]
            answers[door] = reply.status < 300 ? data?["expires_at"] ?? data?["ends_at"] ?? .null : field
        }
        for (door, type, row) in [
            ("csv", "text/csv", "code,expires_at\nCSV\(round)XYZ,\(text)\n"),
            ("ndjson", "application/x-ndjson", "{\"code\":\"NDJ\(round)XYZ\",\(expires)}"),
        ] {
            let reply = try await server.post(
                Self.admin + "/codes/import", row, headers: ["Content-Type": type])
            let list = try await server.get(Self.admin + "/codes?limit=1")
            let failure = reply["data", "failures"].array?.first?.object?["message"]
            answers[door] = failure ?? list["data"].array?[0].object?["expires_at"] ?? .null
        }
        return answers
    }

    @Test("a bare end is the end of its day, an instant is itself to the millisecond, also in a signed code")
    func equal() async throws {
        try await TestServer.run { server in
            for (round, (text, value)) in [
                ("2031-03-30", Self.ends), ("2031-03-30T10:00:00.007Z", "2031-03-30T10:00:00.007Z"),
                ("2031-03-30T10:00:00+02:00", "2031-03-30T08:00:00.000Z"),
                ("2190-01-01", "2190-01-01T23:59:59.999Z"),
            ].enumerated() {
                let answers = try await ends(server, text, round)
                #expect(answers.count == 9)
                for (door, answer) in answers { #expect(answer == .string(value), "\(door) \(text)") }
            }
            let signed = try await server.post(Self.admin + "/codes/signed", #"{"expires_at":"2031-03-30"}"#)
            let code = signed["data", "code"].string ?? ""
            #expect(code.utf8.count <= 64)
            let redeemed = try await server.post("/api/invitations/redeem", "{\"code\":\"\(code)\",\"redeemer_id\":1}")
            #expect(redeemed.status == 200)
            let list = try await server.get(Self.admin + "/codes?limit=1")
            #expect(list["data"].array?[0].object?["expires_at"] == .string(Self.ends))
        }
    }

    @Test("impossible dates, 24:00 and :60 are 422 with the rule, through every door")
    func refused() async throws {
        try await TestServer.run { server in
            for (round, (text, rule)) in [
                ("2031-02-30", "day of the calendar"), ("2031-03-30T24:00:00Z", "00 to 23"),
                ("2031-06-30T23:59:60Z", "00 to 59"), ("2031-03-30T10:00:00", "offset"), ("30.03.2031", "RFC 3339"),
            ].enumerated() {
                let answers = try await ends(server, text, round)
                #expect(answers.count == 9)
                for (door, answer) in answers {
                    let message = answer.string ?? answer.array?.first?.string ?? ""
                    #expect(message.contains(rule), "\(door) \(text): \(answer)")
                }
                let escaped = text.replacing("+", with: "%2B")
                for query in ["from=\(escaped)", "from=2026-01-01&to=\(escaped)"] {
                    let reply = try await server.get("\(Self.admin)/metrics/timeseries?metric=redemptions&\(query)")
                    #expect(reply.status == 422 && reply.text.contains(rule), "\(reply.text)")
                }
            }
        }
    }

    @Test("a bare start is the start of its day")
    func starts() async throws {
        try await TestServer.run { server in
            let reply = try await server.post(
                Self.admin + "/campaigns",
                #"{"key":"k","name":"n","type":"capacity","starts_at":"2031-03-30","ends_at":"2031-03-30"}"#)
            #expect(reply["data", "starts_at"] == "2031-03-30T00:00:00.000Z", "\(reply.text)")
            #expect(reply["data", "ends_at"] == .string(Self.ends))
        }
    }
}
