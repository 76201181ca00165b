import Domain
import HTTPTypes
import JSONText
import Testing

@testable import API

/// Every operation with a key of every scope.
@Suite struct `A key of a scope` {
    /// Scope → the names of the operations that it may ask for, written out: what a declaration says has to agree.
    private static let tasks: [String: Set<String>] = {
        let figures: Set = ["metricsSummary", "metricsTimeseries", "metricsFunnel", "metricsLive"]
        return [
            "metrics": figures, "backup": ["snapshot"],
            "replicate": ["snapshot", "stream", "confirmFrames", "replicationStatus"],
            // Its routes are those that are declared for it.
            "claims": [],
        ]
    }()

    /// The scopes whose keys may do what a scope alone may do, too.
    private static let wider: [String: Set<String>] = [
        "claims": ["admin"], "read": ["admin"], "metrics": ["read", "admin"], "admin": [], "replicate": [],
        "backup": ["replicate"], "root": [],
    ]

    @Test func `may do what the operation's declaration says, and nothing else`() async throws {
        try await TestServer.run(metrics: true) { server in
            var examples = try await OperationExamples(server)
            var keys: [String: String] = [:]
            for scope in KeyScopes.allWords { keys[scope] = try await server.key(scope) }
            for operation in Operations.all {
                let need = operation.need.rawValue
                let allowed = Self.wider[need].map { $0.union([need, "root"]) } ?? Set(KeyScopes.allWords)
                for (number, scope) in KeyScopes.allWords.enumerated() {
                    try await examples.renew()
                    let reply = try await server.send(
                        operation.method.rawValue, examples.path(operation),
                        OperationExamples.body(operation, "S\(number)"), key: keys[scope],
                        headers: ["Content-Type": "application/json"], isEndless: operation.kind == .feed)
                    #expect(
                        (reply.status == 403 && reply["code"] == "forbidden") == !allowed.contains(scope),
                        "\(operation.name) with \(scope): \(reply.text)")
                }
            }
        }
    }

    @Test func `has the tasks of its table, operation by operation`() {
        for operation in Operations.all where operation.need != .nothing {
            for scope in KeyScopes.allWords {
                let access = Access(
                    tenant: .default, scopes: KeyScopes(codes: [scope]) ?? [], credential: EntityNumber(rawValue: 1),
                    expiresAt: nil)
                let isAllowed = access.allows(operation.need)
                if scope == "root" { #expect(isAllowed, "\(operation.name)") }
                if let tasks = Self.tasks[scope] {
                    let isClaim = operation.need == .claims && scope == "claims"
                    #expect(
                        isAllowed == (tasks.contains(operation.name) || isClaim), "\(operation.name) with \(scope)")
                }
                // Only root changes a node's role or epoch, keys and tenants.
                if ["promote", "tellEpoch", "changeReplication", "createKey", "revokeKey", "createTenant"].contains(
                    operation.name)
                {
                    #expect(isAllowed == (scope == "root"), "\(operation.name) with \(scope)")
                }
                if scope == "read" { #expect(!isAllowed || operation.method == .get, "\(operation.name)") }
            }
        }
    }

    @Test func `of figures sees neither codes nor people`() {
        for operation in Operations.all where operation.need == .metrics {
            let text = operation.replies.flatMap {
                $0.content.flatMap { $0.form.schemas.map { String(decoding: $0.1.text, as: UTF8.self) } }
            }
            .joined()
            #expect(!text.contains("x-usher-personal"), "\(operation.name)")
        }
    }

    @Test func `combines with others, and names itself in the list of keys`() async throws {
        try await TestServer.run(metrics: true) { server in
            let made = try await server.post(
                "/api/admin/invitations/keys", #"{"name":"night","scopes":["metrics","backup"]}"#)
            #expect(made.status == 201 && made["data", "scopes"] == ["metrics", "backup"], "\(made.text)")
            let key = try #require(made["data", "key"].string)
            let metrics = "/api/admin/invitations/metrics"
            #expect(try await server.get(metrics, key: key).status == 200)
            #expect(try await server.get("/replication/snapshot", key: key).status == 200)
            #expect(try await server.get(metrics + "/leaderboard", key: key).status == 403)
            #expect(try await server.get("/api/admin/invitations/codes", key: key).status == 403)
            let refused = try await server.post(
                "/api/admin/invitations/keys", #"{"name":"n","scopes":["metric"]}"#)
            #expect(refused.status == 422 && refused["errors", "scopes"] != .null)
        }
    }
}
