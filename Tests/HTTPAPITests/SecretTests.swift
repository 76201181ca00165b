import Domain
import Foundation
import HTTPTypes
import JSONText
import Journal
import NIOCore
import TestSupport
import Testing

@testable import Engine
@testable import HTTPAPI

@Suite("Secrets at rest")
struct SecretTests {
    private static let admin = "/api/admin/invitations"

    /// Bodies under which routes do something; the others get an empty object.
    private static func body(_ operation: String, _ round: Int) -> String {
        switch operation {
        case "redeem", "hold", "redeemBatch": #"{"campaign":"drop","redeemer_id":"r\#(round)","email":"a@b.c"}"#
        case "validate": #"{"code":"HELLO"}"#
        case "createCampaign": #"{"key":"c\#(round)","name":"n","type":"capacity"}"#
        case "generateCodes": #"{"count":3}"#
        case "createVanityCode": #"{"code":"WORD\#(round)A"}"#
        case "signCode": #"{"expires_at":"2031-03-30"}"#
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
        for route in Routes.all where !["promote", "snapshot", "stream", "metricsLive"].contains(route.operation) {
            for round in 0..<4 {
                let path = route.path.replacing("{id}", with: String(campaign))
                var headers: [String: String] = route.operation == "importCodes" ? ["Content-Type": "text/csv"] : [:]
                if round >= 2 { headers["Idempotency-Key"] = "once" }
                let body = route.method == .get ? nil : Self.body(route.operation, min(round, 2))
                let reply = try await server.send(route.method.rawValue, path, body, headers: headers)
                #expect(reply.status < 500 || reply["code"] == "metrics_not_kept", "\(route.operation) \(reply.text)")
                if let key = reply["data", "key"].string, key.hasPrefix(APIKeys.prefix) { shown.append(key) }
            }
        }
        return shown
    }

    /// The secrets that a text of bytes holds.
    private func found(_ secrets: [String], in bytes: [UInt8], _ place: String) {
        for secret in secrets { #expect(!holds(bytes, Array(secret.utf8)), "\(place) holds a secret") }
    }

    /// Looks for a text by its first byte: most bytes of a file are zeros.
    private func holds(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard var next = bytes.baseAddress else { return false }
            let end = next + bytes.count
            while end - next >= part.count, let found = memchr(next, Int32(part[0]), end - next - part.count + 1) {
                if memcmp(found, part, part.count) == 0 { return true }
                next = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }

    /// Looks at every byte of every file, and at every frame of the journal as it was before it was compressed.
    private func scan(_ directory: String, _ secrets: [String], role: JournalRole) throws {
        let files = try FileManager.default.subpathsOfDirectory(atPath: directory)
        #expect(files.count > 2)
        for file in files {
            guard let bytes = FileManager.default.contents(atPath: directory + "/" + file) else { continue }
            found(secrets, in: Array(bytes), file)
        }
        let view = try JournalView(dataDirectory: directory, role: role)
        let reader = try view.makeReader(after: view.oldest, contents: .payload)
        var frames = 0
        while let header = try reader.next(through: view.end.position) {
            let bytes = reader.withContents { span in span.withUnsafeBytes { Array($0) } }
            found(secrets, in: bytes, "frame \(header.position)")
            frames += 1
        }
        #expect(frames > 5)
    }

    /// Looks at a snapshot as it is written and as it is read.
    private func scanSnapshot(of engine: Engine, _ secrets: [String], in directory: TemporaryDirectory) throws {
        var bytes: [UInt8] = []
        try engine.writeSnapshot { bytes += Array($0) }
        found(secrets, in: bytes, "snapshot")
        let path = directory.path + "/snapshot"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let reader = try SnapshotReader(path: path)
        while try reader.next({ body in found(secrets, in: body.withUnsafeBytes { Array($0) }, "snapshot body") }) {}
    }

    @Test("after a run of the whole API no file of a primary or a replica holds a key that was shown or given")
    func wholeAPI() async throws {
        let (primary, replica) = (try TemporaryDirectory("primary"), try TemporaryDirectory("replica"))
        let scratch = try TemporaryDirectory("scratch")
        var secrets: [String] = []
        var replicaPath = ""
        try await TestServer.run(on: primary) { server in
            let follower = try await HTTPReplica.start(of: server, key: server.key("replicate"), in: replica)
            replicaPath = follower.engine.directory.path
            let shown = try await walk(server)
            #expect(Set(shown).count == 3, "two without an idempotency key and one with, whose replay shows null")
            secrets = shown + [TestServer.rootKey]
            // What is looked for can be found: a name is in clear.
            try await follower.engine.wait(for: server.engine.position, timeoutMilliseconds: 10_000)
            try scanSnapshot(of: server.engine, secrets, in: scratch)
            try scanSnapshot(of: follower.engine, secrets, in: scratch)
            await follower.stop()
        }
        try scan(primary.path, secrets, role: .primary)
        try scan(replicaPath, secrets, role: .replica)
        let clear = try FileManager.default.subpathsOfDirectory(atPath: primary.path).contains { file in
            let bytes = FileManager.default.contents(atPath: primary.path + "/" + file).map { Array($0) } ?? []
            return holds(bytes, Array("W0RD0A".utf8))
        }
        #expect(clear, "the search finds what is there")
    }

    @Test("the next start hides the keys that an earlier version stored, and only them")
    func earlierVersions() async throws {
        let directory = try TemporaryDirectory("earlier")
        let secret = "usher_0123456789ABCDEFGHJKMNPQRSTVWXYZ01234567"
        let texts = [
            #"{"data":{"id":7,"name":"n","key":"\#(secret)"}}"#, #"{"data":{"id":8,"name":"\#(secret)"}}"#,
            #"{"data":[{"metadata":{"key":"k"}}]}"#,
            #"{"data":{"name":"\#(String(repeating: "x", count: 3000))","key":"\#(secret)"}}"#,
        ]
        let keys = texts.indices.map { index in
            IdempotencyKey(tenant: .default, credential: EntityNumber(rawValue: 0), key: "k\(index)")
        }
        try await TestServer.run(on: directory) { server in
            _ = try await server.engine.decide { context throws(Rejection) in
                for (key, text) in zip(keys, texts) {
                    let record = IdempotencyRecord(
                        fingerprint: [UInt8](repeating: 1, count: 32), createdAt: context.now, status: 201, kind: 0,
                        body: Array(text.utf8))
                    Idempotency.store(record, for: key, in: &context)
                }
            }
        }
        for _ in 0..<2 {
            try await TestServer.run(on: directory) { server in
                let stored = try await server.engine.view { state, now in
                    keys.map { key in
                        String(decoding: Idempotency.lookup(key, state: state, now: now)?.body ?? [], as: UTF8.self)
                    }
                }.value
                let hidden = texts.map { $0.replacing("\"key\":\"\(secret)\"", with: "\"key\":null") }
                #expect(stored == hidden && stored[1] == texts[1] && stored[2] == texts[2])
            }
        }
    }
}
