import Engine
import JSONText
import Journal
import TestSupport
import Testing

@testable import HTTPServer
@testable import Wire

@Suite struct `What is left of a code or a campaign` {
    private static let admin = "/api/admin/invitations"
    private static let path = "/api/invitations/availability"

    private func make(_ server: TestServer) async throws {
        for fields in [
            #""key":"drop","type":"capacity","max_redemptions_total":5,"per_user_limit":9,"ends_at":"2031-03-30""#,
            #""key":"later","type":"multi_use","starts_at":"2031-03-30""#, #""key":"endless","type":"capacity""#,
        ] {
            let made = try await server.post(Self.admin + "/campaigns", #"{"name":"n","status":"active",\#(fields)}"#)
            guard made.status == 201 else { throw TestFailure(made.text) }
        }
        let later = try await server.get(Self.admin + "/campaigns/later")
        guard case .integer(let campaign) = later["data", "id"] else { throw TestFailure(later.text) }
        for fields in [
            #""code":"Welcome-2027","max_uses":3"#, #""code":"Gone-2027","max_uses":3"#,
            #""code":"Late-2027","max_uses":3,"campaign_id":\#(campaign)"#,
            #""code":"Short-2027","max_uses":3,"expires_at":"2027-01-15T08:00:05Z""#,
        ] {
            let made = try await server.post(Self.admin + "/codes/vanity", "{\(fields)}")
            guard case .integer(let id) = made["data", "id"] else { throw TestFailure(made.text) }
            if fields.contains("Gone") { _ = try await server.post(Self.admin + "/codes/\(id)/revoke") }
        }
        let hold = #"{"campaign":"drop","redeemer_id":"ada","quantity":2}"#
        #expect(try await server.post("/api/invitations/holds", hold).status == 201)
    }

    private static let expected: [(query: String, answer: String)] = [
        ("code=welcome2027", #"{"remaining":3,"held":0,"open":true,"starts_at":null,"ends_at":null}"#),
        ("code=%20WELCOME_2027", #"{"remaining":3,"held":0,"open":true,"starts_at":null,"ends_at":null}"#),
        (
            "code=gone-2027",
            #"{"remaining":0,"held":0,"open":false,"reason":"revoked","starts_at":null,"ends_at":null}"#
        ),
        (
            "code=SHORT2027",
            #"{"remaining":0,"held":0,"open":false,"reason":"expired","starts_at":null,"ends_at":"2027-01-15T08:00:05.000Z"}"#
        ),
        (
            "code=late2027",
            #"{"remaining":3,"held":0,"open":false,"reason":"not_started","starts_at":"2031-03-30T00:00:00.000Z","ends_at":null}"#
        ),
        (
            "campaign=drop",
            #"{"remaining":3,"held":2,"open":true,"starts_at":null,"ends_at":"2031-03-30T23:59:59.999Z"}"#
        ),
        ("campaign=endless", #"{"remaining":null,"held":0,"open":true,"starts_at":null,"ends_at":null}"#),
        (
            "campaign=later",
            #"{"remaining":null,"held":0,"open":false,"reason":"wrong_type","starts_at":"2031-03-30T00:00:00.000Z","ends_at":null}"#
        ),
    ]

    @Test func `is told by the primary and by a replica alike, with the time of the answer, and writes nothing`()
        async throws
    {
        let clock = ManualClock()
        try await TestServer.run(seams: EngineSeams(clock: clock)) { primary in
            try await make(primary)
            let key = try await primary.key("claims")
            clock.advance(seconds: 10)
            let directory = try TemporaryDirectory("replica")
            let replica = try await HTTPReplica.start(of: primary, key: primary.key("replicate"), in: directory)
            try await replica.engine.wait(for: primary.engine.position, timeoutMilliseconds: 10_000)
            try await TestServer.serve(replica.engine, in: directory) { follower in
                let before = primary.engine.position
                for server in [primary, follower] {
                    for (query, answer) in Self.expected {
                        let reply = try await server.get("\(Self.path)?\(query)", key: key)
                        #expect(reply.status == 200 && reply.text == answer, "\(query): \(reply.text)")
                        #expect(reply.headers["usher-as-of"] == TimeText.text(server.engine.now), "\(query)")
                    }
                    for (query, thing) in [("code=NOPE", "code"), ("campaign=nope", "campaign")] {
                        let reply = try await server.get("\(Self.path)?\(query)", key: key)
                        #expect(reply.status == 422 && reply["error"] == "invalid", "\(query): \(reply.text)")
                        #expect(reply["detail"] == .string("This \(thing) does not exist."))
                    }
                }
                #expect(primary.engine.position == before)
            }
            await replica.stop()
        }
    }

    @Test func `wants one name of one thing, and a key for claims`() async throws {
        try await TestServer.run { server in
            _ = try await server.campaign("drop", type: "capacity")
            let long = String(repeating: "A", count: 129)
            for (query, name) in [
                ("", "code"), ("?code=", "code"), ("?campaign=", "campaign"), ("?code=A&campaign=drop", "campaign"),
                ("?code=\(long)", "code"), ("?code=-", "code"), ("?code=%20_", "code"), ("?cod=A", "cod"),
            ] {
                let reply = try await server.get(Self.path + query)
                #expect(reply.status == 422 && reply["errors", name] != .null, "\(query): \(reply.text)")
            }
            #expect(try await server.get(Self.path + "?campaign=drop", key: server.key("read")).status == 403)
            #expect(try await server.get(Self.path + "?campaign=drop", key: nil).status == 401)
        }
    }
}
