import Domain
import Engine
import Foundation
import JSONText
import Journal
import Projections
import TestSupport
import Testing

/// The files in `Tests/Fixtures/data-v2` and `snapshot-v2` were written once by a server and are never written again.
@Suite struct `A directory of version 2` {
    private static let fixtures = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures/"
    /// The digest that the server had said when it ended.
    private static let digest = "c1fe2d996276d35f8db5e4df83f92a65"
    /// Three minutes after the fixture was written: its hold is live, and its stored answer is kept.
    private static let now: Int64 = 1_795_902_040_000

    private func copy() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory("earlier")
        for name in ["usher.json", "store", "journal"] {
            try FileManager.default.copyItem(
                atPath: Self.fixtures + "data-v2/\(name)", toPath: directory.path + "/\(name)")
        }
        // The server had made room for 64 MiB; what follows the last frame are zeros, left out here.
        let segment = try FileHandle(
            forWritingTo: URL(filePath: directory.path + "/journal/00000000000000000001.journal"))
        try segment.truncate(atOffset: 64 << 20)
        try segment.close()
        return directory
    }

    private func restored() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory("earlier")
        try SnapshotLoader.restore(
            file: Self.fixtures + "snapshot-v2/usher.snapshot", into: directory.path, mapBytes: 1 << 28,
            projections: [MetricsProjection()])
        return directory
    }

    private func redeem(_ server: TestServer, _ body: String, key: String? = nil) async throws -> TestServer.Reply {
        try await server.send(
            "POST", "/api/invitations/redeem", body, headers: key.map { ["Idempotency-Key": $0] } ?? [:])
    }

    @Test(arguments: [false, true])
    func `is opened, holds what it held, and verifies clean`(isSnapshot: Bool) async throws {
        let directory = isSnapshot ? try restored() : try copy()
        let seams = EngineSeams(clock: ManualClock(wallMilliseconds: Self.now))
        try await TestServer.run(on: directory, metrics: true, seams: seams) { server in
            if !isSnapshot { #expect("\(server.engine.syncedPoint.digest)" == Self.digest) }
            try await expectSame(server)
            try await expectLimits(server)
            // Frames of that version have no events; those of this one do.
            // The tables have nothing that is not on stable storage, where events are read from.
            _ = try await server.engine.read { _, _ in }
            let events = try server.engine.events(limit: .max)
            #expect(events.count { $0.kind == .codeRedeemed } == 4)
            #expect(events.count { $0.kind == .codeCreated } == 1)
            if !isSnapshot { #expect(events.allSatisfy { $0.id.position.sequence > 21 }) }
            if !isSnapshot {
                let first = try String(contentsOfFile: Self.fixtures + "data-v2/first-answer.json", encoding: .utf8)
                let again = try await redeem(
                    server, #"{"code":"WELCOME","redeemer_id":"a","quantity":2}"#, key: "fixture-key-1")
                // The server that wrote it kept the answer without its position: the replay says where the node is now.
                let position = try #require(again["position"].string)
                #expect(again.text + "\n" == first.replacing(#/"1-8"/#, with: "\"\(position)\""))
                #expect(again.headers["idempotent-replayed"] == "true")
            }
        }
        let report = try Verification.run(directory: directory.path, projections: [MetricsProjection()])
        #expect(report.checks.allSatisfy { $0.outcome == .passed }, "\(report)")
    }

    /// Asks again for what was given out, and for what is there.
    private func expectSame(_ server: TestServer) async throws {
        let again = try await redeem(server, #"{"code":"LAST","redeemer_id":"a"}"#)
        #expect(again["already"] == .bool(true))
        #expect(again["redemption", "id"] == .integer(2_554_427_077_557_472))
        let hold = try await server.get("/api/invitations/holds/396991029716444")
        #expect(hold["hold", "state"].string == "held")
        let rows = try await server.get("/api/admin/invitations/redemptions?limit=100")["data"].array ?? []
        let released = rows.first { $0.object?["id"] == .integer(3_484_471_002_613_064) }
        #expect(released?.object?["released_at"]?.string?.hasPrefix("2026-11-28T21:37:34.") == true)
        #expect(try await redeem(server, #"{"code":"GONE","redeemer_id":"z"}"#).status == 410)
        let metadata = try await server.get("/api/admin/invitations/codes?limit=100")
        #expect(metadata["data"].array?.contains { $0.object?["metadata"]?.object?["batch"] == .integer(1) } == true)
        let keys = try await server.get("/api/admin/invitations/keys")
        #expect(keys["data"].array?.map { $0.object?["name"]?.string } == ["shop"])
        let summary = try await server.get("/api/admin/invitations/metrics")
        #expect(summary["data", "redemptions"] == .integer(5), "\(summary.text)")
    }

    /// Takes the last places: a signed code's, and those of a campaign beside a hold and a released claim.
    private func expectLimits(_ server: TestServer) async throws {
        let signed = "040G00000000039YG38V10PK000000G0000012A2B6N36V2M957E6N72"
        var statuses: [Int] = []
        for redeemer in ["s1", "s2", "s3"] {
            statuses.append(try await redeem(server, #"{"code":"\#(signed)","redeemer_id":"\#(redeemer)"}"#).status)
        }
        #expect(statuses == [200, 200, 409])
        statuses = []
        for redeemer in ["x1", "x2", "x3"] {
            statuses.append(try await redeem(server, #"{"campaign":"drop","redeemer_id":"\#(redeemer)"}"#).status)
        }
        #expect(statuses == [200, 200, 409])
    }
}
