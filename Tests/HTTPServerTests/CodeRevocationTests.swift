import JSONText
import Testing

@testable import HTTPServer

@Suite struct `Revoking codes over HTTP` {
    private static let codes = "/api/admin/invitations/codes"

    private func counts(_ reply: TestServer.Reply) -> [JSONTree] {
        ["revoked", "already", "unknown"].map { reply["data", $0] }
    }

    @Test func `takes one of four lists, names what is not there, and is all or nothing where it is atomic`()
        async throws
    {
        try await TestServer.run { server in
            let made = try await server.post(Self.codes, #"{"count":3}"#)
            let views = (made["data"].array ?? []).compactMap(\.object)
            let texts = views.compactMap { $0["code"]?.string }
            let ids = views.compactMap { $0["id"]?.integerText }
            let refused = try await server.post(
                Self.codes + "/revoke?atomic=true", "{\"codes\":[\"\(texts[0])\",\"NOBODYS\"]}")
            #expect(refused.status == 422 && refused["errors", "codes"] == ["There is no code NOBODYS."])
            let shown = try await server.get(Self.codes + "/\(ids[0])")
            #expect(shown["data", "state"] == "active", "nothing changed")
            let first = try await server.post(
                Self.codes + "/revoke", "{\"codes\":[\"\(texts[0].lowercased())\",\"NOBODYS\"]}")
            #expect(first.status == 200 && counts(first) == [1, 0, ["NOBODYS"]], "\(first.text)")
            let second = try await server.post(Self.codes + "/revoke", "{\"ids\":[\(ids[0]),\(ids[1]),17]}")
            #expect(counts(second) == [1, 1, [17]], "\(second.text)")
            let none = try await server.post(Self.codes + "/revoke", #"{"codes":[]}"#)
            #expect(none.status == 200 && counts(none) == [0, 0, []])
            for (body, field) in [
                ("{}", "campaign_id"), (#"{"codes":["A"],"ids":[1]}"#, "ids"), (#"{"codes":[""]}"#, "codes"),
                (#"{"codes":"A"}"#, "codes"), (#"{"ids":["x"]}"#, "ids"), (#"{"code":["A"]}"#, "code"),
                (#"{"campaign":"a","campaign_id":5}"#, "campaign"),
            ] {
                let reply = try await server.post(Self.codes + "/revoke", body)
                #expect(reply.status == 422 && reply["errors", field] != .null, "\(body) \(reply.text)")
            }
            let nowhere = try await server.post(Self.codes + "/revoke", #"{"campaign":"nowhere"}"#)
            #expect(nowhere.status == 404)
        }
    }

    @Test func `of a whole campaign counts its codes, and a repeat under a key gets the same answer`() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("drop", type: "multi_use")
            let headers = ["Accept": "application/x-ndjson"]
            let made = try await server.post(Self.codes, #"{"count":2500,"campaign":"drop"}"#, headers: headers)
            #expect(made.status == 201 && made.text.contains(#""campaign":"drop""#))
            let key = ["Idempotency-Key": "leak"]
            let first = try await server.post(Self.codes + "/revoke", #"{"campaign":"drop"}"#, headers: key)
            #expect(first.status == 200 && counts(first) == [2500, 0, []], "\(first.text)")
            let again = try await server.post(Self.codes + "/revoke", #"{"campaign":"drop"}"#, headers: key)
            #expect(again.body == first.body && again.headers["idempotent-replayed"] == "true")
            let anew = try await server.post(Self.codes + "/revoke", #"{"campaign":"drop"}"#)
            #expect(counts(anew) == [0, 2500, []])
            let other = try await server.post(Self.codes + "/revoke", #"{"codes":["A"]}"#, headers: key)
            #expect(other.status == 422 && other["code"] == "idempotency_key_reused")
            let small = try await server.post(
                Self.codes + "/revoke", #"{"codes":["NOBODYS"]}"#, headers: ["Idempotency-Key": "few"])
            #expect(counts(small) == [0, 0, ["NOBODYS"]])
            let list = try await server.get(Self.codes + "?campaign=drop&state=active")
            #expect(list["data"] == [])
        }
    }
}
