import Engine
import JSONText
import Journal
import TestSupport
import Testing

@testable import HTTPServer
@testable import Wire

@Suite struct `Lists over HTTP` {
    private let admin = "/api/admin/invitations"

    private func texts(_ reply: TestServer.Reply) -> [String] {
        reply["data"].array?.compactMap { $0.object?["code"]?.string } ?? []
    }

    @Test func `one code is found by any spelling, alone and in an export`() async throws {
        try await TestServer.run { server in
            let made = try await server.post(admin + "/codes/vanity", #"{"code":"Welcome-2027"}"#)
            #expect(made.status == 201)
            _ = try await server.codes(3)
            for spelling in ["WELCOME-2027", "welcome2027", "%20WELCOME%20-%202027"] {
                let found = try await server.get(admin + "/codes?code=\(spelling)&limit=1")
                #expect(texts(found) == [made["data", "code"].string ?? ""] && found["has_more"] == .bool(false))
            }
            #expect(texts(try await server.get(admin + "/codes?code=WELCOME-2028&limit=1")) == [])
            #expect(texts(try await server.get(admin + "/codes?code=WELCOME-2027&state=revoked")) == [])
            let export = try await server.get(admin + "/codes/export?code=welcome-2027")
            #expect(
                export.text.split(separator: "\n").count == 1
                    && export.text.contains(made["data", "code"].string ?? "-"))
            let long = String(repeating: "A", count: 129)
            let refused = try await server.get(admin + "/codes?code=\(long)")
            #expect(refused.status == 422 && refused["errors", "code"] != .null)
        }
    }

    @Test func `a campaign is named by its key wherever its id is taken`() async throws {
        try await TestServer.run { server in
            let campaign = try await server.campaign("launch", perUser: 9)
            _ = try await server.campaign("other")
            _ = try await server.codes(1)
            let made = try await server.post(
                admin + "/codes", #"{"count":2,"max_uses":5,"campaign_id":\#(campaign)}"#)
            let code = texts(made).first ?? ""
            let claim = #"{"code":"\#(code)","redeemer_id":"ada"}"#
            #expect(try await server.post("/api/invitations/redeem", claim).status == 200)
            let hold = #"{"code":"\#(code)","redeemer_id":"bob","ttl_seconds":600}"#
            #expect(try await server.post("/api/invitations/holds", hold).status == 201)
            for (path, count) in [("codes", 2), ("redemptions", 1), ("holds", 1)] {
                let byID = try await server.get(admin + "/\(path)?campaign_id=\(campaign)")
                let byKey = try await server.get(admin + "/\(path)?campaign=launch")
                #expect(byKey["data"].array?.count == count && byKey.body == byID.body, "\(path)")
                #expect(try await server.get(admin + "/\(path)?campaign=other")["data"].array?.count == 0)
                let unknown = try await server.get(admin + "/\(path)?campaign=lunch")
                #expect(unknown.status == 422 && unknown["errors", "campaign"] != .null)
                let both = try await server.get(admin + "/\(path)?campaign=launch&campaign_id=\(campaign)")
                #expect(both.status == 422 && both["errors", "campaign"] != .null)
            }
            let export = try await server.get(admin + "/codes/export?campaign=launch")
            #expect(export.text.split(separator: "\n").count == 2)
            #expect(try await server.get(admin + "/codes/export?campaign=lunch").status == 422)
        }
    }

    @Test func `a word that is not of its set is refused with the words that would do`() async throws {
        try await TestServer.run(metrics: true) { server in
            let cases = [
                ("/codes?state=held", "state", "Must be one of: active, redeemed, exhausted, expired, revoked."),
                ("/holds?state=Held", "state", "Must be one of: held, confirmed, released, expired."),
                (
                    "/metrics/timeseries?metric=redemptions&from=2026-01-01&interval=week", "interval",
                    "Must be one of: minute, hour, day."
                ),
                (
                    "/redemptions?redeemer_id=\(String(repeating: "u", count: 129))", "redeemer_id",
                    "Must have 1 to 128 bytes."
                ),
            ]
            for (path, field, rule) in cases {
                let refused = try await server.get(admin + path)
                #expect(refused.status == 422 && refused["errors", field] == [.string(rule)], "\(refused.text)")
            }
        }
    }

    @Test func `answers say their time, and tags change when a code or hold expires without a write`() async throws {
        let clock = ManualClock()
        try await TestServer.run(seams: EngineSeams(clock: clock)) { server in
            let end = TimeText.text(server.engine.now.adding(seconds: 2))
            let made = try await server.post(
                admin + "/codes/vanity", #"{"code":"SHORTLIVED","max_uses":5,"expires_at":"\#(end)"}"#)
            guard case .integer(let id) = made["data", "id"] else { throw TestFailure(made.text) }
            let hold = try await server.post(
                "/api/invitations/holds", #"{"code":"SHORTLIVED","redeemer_id":"ada","ttl_seconds":100000}"#)
            #expect(hold.status == 201)
            let paths = [
                admin + "/codes", admin + "/codes?state=active", admin + "/codes/\(id)", admin + "/codes/export",
            ]
            var tags: [String: String] = [:]
            for path in paths {
                let reply = try await server.get(path)
                #expect(reply.headers["usher-as-of"] == TimeText.text(server.engine.now), "\(path)")
                guard let tag = reply.headers["etag"] else { continue }
                #expect(try await server.get(path, headers: ["If-None-Match": tag]).status == 304)
                tags[path] = tag
            }
            #expect(tags.count == 3)
            clock.advance(seconds: 1)
            for (path, tag) in tags {
                let same = try await server.get(path, headers: ["If-None-Match": tag])
                #expect(same.status == 304 && same.headers["usher-as-of"] == TimeText.text(server.engine.now))
            }
            clock.advance(seconds: 1)
            for (path, tag) in tags {
                #expect(try await server.get(path, headers: ["If-None-Match": tag]).status == 200, "\(path)")
            }
            #expect(try await server.get(admin + "/codes?state=expired")["data"].array?.count == 1)
            let refused = try await server.post("/api/invitations/validate", #"{"code":"SHORTLIVED"}"#)
            #expect(refused.status == 410 && refused.headers["usher-as-of"] == TimeText.text(server.engine.now))
        }
    }

    @Test func `a hold whose time is over is expired for every reader while too few replicas are there`() async throws {
        let clock = ManualClock()
        try await TestServer.run(seams: EngineSeams(clock: clock)) { server in
            let code = try await server.codes(1, maxUses: 5)[0]
            let claim = #"{"code":"\#(code)","redeemer_id":"ada","ttl_seconds":10}"#
            let made = try await server.post("/api/invitations/holds", claim)
            guard case .integer(let id) = made["hold", "id"] else { throw TestFailure(made.text) }
            let path = "/api/invitations/holds/\(id)"
            #expect(try await server.get(path)["hold", "state"] == "held")
            server.engine.quorum.require(1)
            #expect(try await server.get(path)["hold", "state"] == "held", "its time is not over")
            clock.advance(seconds: 10)
            for _ in 0..<3 {
                let shown = try await server.get(path)
                #expect(shown.status == 200 && shown["hold", "state"] == "expired", "\(shown.text)")
                #expect(shown.headers["usher-as-of"] == TimeText.text(server.engine.now))
                for (state, count) in [("held", 0), ("expired", 1), ("released", 0)] {
                    let list = try await server.get(admin + "/holds?state=\(state)")
                    #expect(list["data"].array?.count == count, "\(state)")
                }
                let list = try await server.get(admin + "/holds")
                #expect(list["data"].array?.first?.object?["state"] == "expired")
                for change in ["confirm", "release"] {
                    #expect(try await server.post("\(path)/\(change)").status == 503, "nothing is decided")
                }
                #expect(try await server.post("/api/invitations/holds", claim).status == 503)
            }
            server.engine.quorum.require(0)
            #expect(try await server.post("\(path)/release")["hold", "state"] == "expired")
            #expect(try await server.get(path)["hold", "state"] == "expired")
        }
    }

    @Test func `a key ends at its time by the engine's clock`() async throws {
        let clock = ManualClock()
        try await TestServer.run(seams: EngineSeams(clock: clock)) { server in
            let end = TimeText.text(server.engine.now.adding(seconds: 60))
            let made = try await server.post(
                admin + "/keys", #"{"name":"short","scopes":["read"],"expires_at":"\#(end)"}"#)
            let key = try #require(made["data", "key"].string)
            #expect(try await server.get(admin + "/codes", key: key).status == 200)
            clock.advance(seconds: 59)
            #expect(try await server.get(admin + "/codes", key: key).status == 200)
            clock.advance(seconds: 1)
            #expect(try await server.get(admin + "/codes", key: key).status == 401)
        }
    }
}
