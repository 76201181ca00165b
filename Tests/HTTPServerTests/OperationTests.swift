import Engine
import HTTPTypes
import JSONText
import TestSupport
import Testing

@testable import API
@testable import HTTPServer

/// Tries on a server everything that the document promises of each operation.
@Suite struct `What is promised of an operation` {
    /// All that answers once and leaves the node what it is.
    private static let tried = Operations.all.filter { $0.kind != .feed && $0.name != "promote" }

    @Test func `an Idempotency-Key gives the first answer again exactly where the document says so`() async throws {
        try await TestServer.run(metrics: true) { server in
            var examples = try await OperationExamples(server)
            for (number, operation) in Self.tried.enumerated() {
                try await examples.renew()
                let key = ["Idempotency-Key": "key-\(number)"]
                let first = try await examples.send(operation, round: "k\(number)", key)
                let again = try await examples.send(operation, round: "k\(number)", key)
                let works = again.headers["idempotent-replayed"] == "true"
                let isPromised = DocumentedAnswers.headerParameters(operation).contains("Idempotency-Key")
                #expect(works == isPromised, "\(operation.name) \(first.text) \(again.text)")
                guard works else { continue }
                #expect((200...201).contains(first.status), "\(operation.name) \(first.text)")
                #expect(operation.secrets.isEmpty == (again.body == first.body), "\(operation.name): secrets are null")
            }
        }
    }

    @Test func `If-Match refuses a version that is not there exactly where the document says so`() async throws {
        try await TestServer.run(metrics: true) { server in
            var examples = try await OperationExamples(server)
            for (number, operation) in Self.tried.enumerated() {
                try await examples.renew()
                let epoch = server.engine.standing.epoch
                let stale = try await examples.send(operation, round: "m\(number)", ["If-Match": "\"\(epoch).no\""])
                let isPromised = DocumentedAnswers.headerParameters(operation).contains("If-Match")
                #expect((stale.status == 412) == isPromised, "\(operation.name) \(stale.text)")
                #expect(DocumentedAnswers.statuses(operation).contains(412) == isPromised, "\(operation.name)")
                guard isPromised else { continue }
                let read = try #require(
                    Operations.all.first { $0.path == operation.path && $0.method == .get }, "\(operation.name)")
                let tag = try #require(try await examples.send(read, round: "").headers["etag"])
                let fresh = try await examples.send(
                    operation, round: "m\(number)", ["If-Match": "\"\(epoch).no\", \(tag)"])
                #expect(fresh.status == 200, "one of several tags is enough: \(fresh.text)")
            }
        }
    }

    @Test func `If-None-Match is 304 exactly where the document says so`() async throws {
        try await TestServer.run(metrics: true) { server in
            let examples = try await OperationExamples(server)
            for operation in Self.tried where operation.method == .get {
                let isPromised = DocumentedAnswers.headerParameters(operation).contains("If-None-Match")
                let first = try await examples.send(operation, round: "")
                #expect(first.status == 200, "\(operation.name) \(first.text)")
                let again = try await examples.send(
                    operation, round: "", ["If-None-Match": first.headers["etag"] ?? "\"x\""])
                #expect(again.status == (isPromised ? 304 : 200), "\(operation.name)")
                #expect(DocumentedAnswers.statuses(operation).contains(304) == isPromised, "\(operation.name)")
            }
        }
    }

    @Test func `a replica answers 421 exactly where the document says so, and changes itself where it is asked to`()
        async throws
    {
        try await TestServer.run(metrics: true) { primary in
            let examples = try await OperationExamples(primary)
            let directory = try TemporaryDirectory("replica")
            let replica = try await HTTPReplica.start(of: primary, key: primary.key("replicate"), in: directory)
            try await replica.engine.wait(for: primary.engine.position, timeoutMilliseconds: 10_000)
            try await TestServer.serve(replica.engine, in: directory) { follower in
                for operation in Self.tried where operation.need != .nothing {
                    let reply = try await follower.send(
                        operation.method.rawValue, examples.path(operation),
                        OperationExamples.body(operation, "R"))
                    let isPromised = DocumentedAnswers.statuses(operation).contains(421)
                    #expect((reply.status == 421) == isPromised, "\(operation.name) \(reply.text)")
                    // 404: a node to strike off that it has never known.
                    let isDone = reply.status == 200 || reply.status == 404
                    #expect(operation.kind != .node || isDone, "\(operation.name) \(reply.text)")
                }
            }
            await replica.stop()
        }
    }

    @Test func `a replica refuses an upload before it is there, and reads no more of it`() async throws {
        try await TestServer.run { primary in
            let directory = try TemporaryDirectory("replica")
            let replica = try await HTTPReplica.start(of: primary, key: primary.key("replicate"), in: directory)
            try await TestServer.serve(replica.engine, in: directory) { follower in
                for operation in Operations.all where operation.needsPrimary && operation.body.isThere {
                    for fields in ["Expect: 100-continue\r\n", ""] {
                        try await RawConnection.open(follower) { connection in
                            try await connection.send(
                                "\(operation.method.rawValue) \(operation.path.replacing(#/\{[a-z_]+\}/#, with: "1")) HTTP/1.1\r\n"
                                    + "Host: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\n\(fields)"
                                    + "Content-Length: 60000000000\r\n\r\n")
                            let answer = await connection.readToEnd()
                            #expect(
                                answer.hasPrefix("HTTP/1.1 421 ") && answer.contains("not_primary")
                                    && answer.lowercased().contains("connection: close"),
                                "\(operation.name) \(answer)")
                        }
                    }
                }
            }
            await replica.stop()
        }
    }
}

extension Operation.Body {
    fileprivate var isThere: Bool { if case .none = self { false } else { true } }
}
