import Domain
import Engine
import JSONText
import Testing

@Suite struct `The root key of the command line` {
    private static let campaigns = "/api/admin/invitations/campaigns"

    private func create(_ key: String, _ server: TestServer) async throws -> TestServer.Reply {
        try await server.post(
            Self.campaigns, #"{"key":"\#(key)","name":"n","type":"capacity","status":"active"}"#,
            headers: ["Idempotency-Key": key])
    }

    /// Stores it, as a primary does at its start.
    private func keep(_ server: TestServer) async throws {
        _ = try await server.engine.decide { context throws(Rejection) in
            try APIKeys.keepGivenRoot(hash: APIKeys.hash(of: TestServer.rootKey), in: &context)
        }
    }

    /// The number that it has then.
    private func key(_ server: TestServer) async throws -> EntityNumber {
        // The tables have nothing that is not on stable storage, where events are read from.
        _ = try await server.engine.read { _, _ in }
        return try #require(try server.engine.events(limit: .max).last { $0.kind == .keyCreated }?.subject)
    }

    @Test func `acts by its number once a primary has stored it, and finds what it was answered before`() async throws {
        try await TestServer.run { server in
            let first = try await create("a", server)
            try await keep(server)
            let again = try await create("a", server)
            #expect(again.text == first.text && again.headers["idempotent-replayed"] == "true")
            let other = try await create("b", server)
            #expect(other.status == 201 && other["data", "created_by"] == .null)
            #expect(try await create("b", server).headers["idempotent-replayed"] == "true")
            let claim = #"{"campaign":"b","redeemer_id":1}"#
            #expect(try await server.post("/api/invitations/redeem", claim).status == 200)
            let line = #"{"campaign":"b","redeemer_id":2}"#
            #expect(try await server.post("/api/invitations/redeem/batch", line).status == 200)

            let number = try await key(server)
            let events = try server.engine.events(limit: .max)
            let unstored = Actor.root(EntityNumber(rawValue: 0))
            #expect(events.filter { $0.kind == .campaignCreated }.map(\.actor) == [unstored, .root(number)])
            #expect(events.filter { $0.kind == .codeRedeemed }.map(\.actor) == [.root(number), .root(number)])
        }
    }

    @Test func `is good for as long as the node runs, also when the stored one is taken back`() async throws {
        try await TestServer.run { server in
            try await keep(server)
            let number = try await key(server)
            _ = try await server.engine.decide { context throws(Rejection) in
                try APIKeys.revoke(number, tenant: .default, in: &context)
            }
            #expect(try await create("a", server).status == 201)
        }
    }
}
