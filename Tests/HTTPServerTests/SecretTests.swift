import Domain
import Foundation
import HTTPTypes
import JSONText
import Journal
import NIOCore
import TestSupport
import Testing

@testable import API
@testable import Engine
@testable import HTTPServer

@Suite("Secrets at rest")
struct SecretTests {
    private static let admin = "/api/admin/invitations"

    /// Bodies under which routes do something; the others get an empty object.
    private static func body(_ operation: String, _ round: Int) -> String {
        switch operation {
        case "redeem", "hold", "redeemBatch":
            #"{"campaign":"drop","redeemer_id":"marked-\#(round)","email":"marked@person.example"}"#
        case "validate": #"{"code":"HELLO"}"#
        case "createCampaign": #"{"key":"c\#(round)","name":"n","type":"capacity"}"#
        case "generateCodes": #"{"count":3}"#
        case "createVanityCode": #"{"code":"WORD\#(round)A"}"#
        case "signCode": #"{"expires_at":"2031-03-30"}"#
        case "revokeCodes": #"{"codes":["WORD\#(round)A"]}"#
        case "importCodes": "code\nFILE\(round)A\n"
        case "createTenant": #"{"id":"t\#(round)"}"#
        case "createKey": #"{"name":"n\#(round)","scopes":["claims"]}"#
        default: "{}"
        }
    }

    /// Walks every route, with and without an idempotency key, twice each; gives the keys that were shown.
    private func walk(_ server: TestServer) async throws -> [String] {
        var shown: [String] = []
        let campaign = try await server.campaign("drop", type: "capacity")
        for operation in Operations.all
        where operation.kind != .feed && !["promote", "snapshot"].contains(operation.name) {
            for round in 0..<4 {
                let path = operation.path.replacing(#/\{[a-z_]+\}/#, with: String(campaign))
                var headers: [String: String] = operation.name == "importCodes" ? ["Content-Type": "text/csv"] : [:]
                if round >= 2 { headers["Idempotency-Key"] = "once" }
                let body = operation.method == .get ? nil : Self.body(operation.name, min(round, 2))
                let reply = try await server.send(operation.method.rawValue, path, body, headers: headers)
                #expect(reply.status < 500 || reply["code"] == "metrics_not_kept", "\(operation.name) \(reply.text)")
                if let key = reply["data", "key"].string, key.hasPrefix(APIKeys.prefix) { shown.append(key) }
            }
        }
        return shown
    }

    /// Expects no secret in a data directory.
    private func expectNone(of scan: SecretScan, in directory: String, role: JournalRole) throws {
        let (found, files, frames) = try scan.places(inDirectory: directory, role: role)
        #expect(found == [] && files > 2 && frames > 5)
    }

    /// Expects no secret in a snapshot.
    private func expectNone(of scan: SecretScan, inSnapshotOf engine: Engine, _ directory: TemporaryDirectory) throws {
        var bytes = Data()
        try engine.writeSnapshot { bytes += Data($0) }
        let path = directory.path + "/snapshot"
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try scan.places(inSnapshot: path) == [])
    }

    @Test("after a run of the whole API no file of a primary or a replica holds a key that was shown or given")
    func wholeAPI() async throws {
        let (primary, replica) = (try TemporaryDirectory("primary"), try TemporaryDirectory("replica"))
        let scratch = try TemporaryDirectory("scratch")
        var secrets: [String] = []
        var replicaPath = ""
        let lines = KeptLines()
        try await TestServer.run(on: primary, logger: lines.logger(), accessLogRate: 1) { server in
            let follower = try await HTTPReplica.start(of: server, key: server.key("replicate"), in: replica)
            replicaPath = follower.engine.directory.path
            let shown = try await walk(server)
            #expect(Set(shown).count == 3, "two without an idempotency key and one with, whose replay shows null")
            secrets = shown + [TestServer.rootKey]
            // The search works: a name, which is in clear, is found.
            try await follower.engine.wait(for: server.engine.position, timeoutMilliseconds: 10_000)
            try expectNone(of: SecretScan(for: secrets), inSnapshotOf: server.engine, scratch)
            try expectNone(of: SecretScan(for: secrets), inSnapshotOf: follower.engine, scratch)
            await follower.stop()
        }
        let personal = ["marked", "person.example", "127.0.0.1", "W0RD", "WORD", "F1LE", "FILE"]
        #expect(!SecretScan(for: secrets + personal).holds(lines.text), "a line of the log, at its lowest level")
        let told: Set = ["key_created", "tenant_created", "follower_connected", "request", "request_refused"]
        #expect(told.isSubset(of: lines.names), "\(Set(lines.names))")
        try expectNone(of: SecretScan(for: secrets), in: primary.path, role: .primary)
        try expectNone(of: SecretScan(for: secrets), in: replicaPath, role: .replica)
        let clear = try SecretScan(for: ["W0RD0A"]).places(inDirectory: primary.path, role: .primary)
        #expect(clear.found.count > 1, "the search finds what is there, in files and in frames")
    }

    /// Answers as earlier versions stored them, of which some show a key.
    private struct EarlierAnswers {
        static let secret = "usher_0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567"
        let texts = [
            #"{"data":{"id":7,"name":"n","key":"\#(secret)"}}"#, #"{"data":{"id":8,"name":"\#(secret)"}}"#,
            #"{"data":[{"metadata":{"key":"k"}}]}"#,
            #"{"data":{"name":"\#(String(repeating: "x", count: 3000))","key":"\#(secret)"}}"#,
            // The member lies across the end of the first record.
            #"{"data":{"name":"\#(String(repeating: "x", count: 1925))","key":"\#(secret)"}}"#,
        ]

        private var keys: [IdempotencyKey] {
            texts.indices.map { index in
                IdempotencyKey(tenant: .default, credential: EntityNumber(rawValue: 0), key: "k\(index)")
            }
        }

        func store(in engine: Engine) async throws {
            _ = try await engine.decide { context throws(Rejection) in
                for (key, text) in zip(keys, texts) {
                    let record = IdempotencyRecord(
                        fingerprint: [UInt8](repeating: 1, count: 32), createdAt: context.now, status: 201, kind: 0,
                        body: Array(text.utf8))
                    Idempotency.store(record, for: key, in: &context)
                }
            }
        }

        /// The bytes that an engine has stored.
        func stored(in engine: Engine) async throws -> [String] {
            try await engine.view { state, now in
                keys.map { key in
                    String(decoding: Idempotency.lookup(key, state: state, now: now)?.body ?? [], as: UTF8.self)
                }
            }.value
        }

        /// The texts that this version stores after a start or a promotion.
        var hidden: [String] { texts.map { $0.replacing("\"key\":\"\(Self.secret)\"", with: "\"key\":null") } }
    }

    @Test("the next start hides the keys that an earlier version stored, and only them")
    func earlierVersions() async throws {
        let directory = try TemporaryDirectory("earlier")
        let answers = EarlierAnswers()
        #expect(answers.hidden[1] == answers.texts[1] && answers.hidden[2] == answers.texts[2])
        try await TestServer.run(on: directory) { server in try await answers.store(in: server.engine) }
        for _ in 0..<2 {
            try await TestServer.run(on: directory) { server in
                let stored = try await answers.stored(in: server.engine)
                #expect(stored == answers.hidden)
            }
        }
    }

    @Test("a promotion hides them too: of a replica of an earlier version, and of a primary that was superseded")
    func promotion() async throws {
        let directory = try TemporaryDirectory("replica")
        let answers = EarlierAnswers()
        try await TestServer.run { server in
            let replica = try await HTTPReplica.start(of: server, key: server.key("replicate"), in: directory)
            try await answers.store(in: server.engine)
            try await replica.engine.wait(for: server.engine.position, timeoutMilliseconds: 60_000)
            #expect(try await answers.stored(in: replica.engine) == answers.texts, "a replica writes nothing")
            let promoted = try await replica.engine.promote()
            #expect(try await answers.stored(in: replica.engine) == answers.hidden)
            #expect(replica.engine.position == promoted, "in the first frame of the epoch")
            try await server.engine.learn(epoch: promoted.epoch, primary: nil)
            try await server.engine.promote()
            #expect(try await answers.stored(in: server.engine) == answers.hidden)
            await replica.stop()
        }
    }
}
