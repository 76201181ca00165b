import Domain
import Engine
import Foundation
import JSONText
import TestSupport
import Testing

@testable import API
@testable import HTTPServer
@testable import Wire

@Suite struct `Snapshots at once` {
    private static let path = "/replication/snapshot"

    /// Opens so many downloads that take their head and then nothing more, for the length of the call.
    private func withDownloads(
        _ count: Int, of server: TestServer, _ body: () async throws -> Void
    ) async throws {
        guard count > 0 else { return try await body() }
        try await RawConnection.open(server) { connection in
            try await connection.send(
                "GET \(Self.path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\n\r\n")
            #expect(await connection.response()?.status == 200)
            try await withDownloads(count - 1, of: server, body)
        }
    }

    @Test func `the fifth is told to come again, over HTTP, and comes in when one of the others has gone`() async throws
    {
        try await TestServer.run { server in
            // More than sockets and chunks keep, so that an unread download does not end.
            var random = SeededGenerator(seed: 5)
            for _ in 0..<400 {
                let noise = (0..<4500).map { _ in random.next() }
                let text = noise.withUnsafeBytes { Data($0) }.base64EncodedString()
                _ = try await server.engine.decide { context throws(Rejection) in
                    try Codes.generate(
                        GenerateCodes(
                            tenant: .default, count: 1,
                            terms: CodeTerms(maxUses: 1, metadata: Array("{\"noise\":\"\(text)\"}".utf8))), in: &context
                    ).count
                }
            }
            try await withDownloads(SnapshotPlaces.countMax, of: server) {
                for _ in 0..<3 {
                    let fifth = try await server.get(Self.path)
                    #expect(fifth.status == 503 && fifth["code"] == "too_many_snapshots", "\(fifth.status)")
                    #expect(fifth.headers["retry-after"] != nil)
                    #expect(fifth.headers["content-type"] == "application/problem+json")
                }
                #expect(try await server.post("/api/invitations/validate", #"{"code":"X"}"#).status == 422)
            }
            var status = 0
            for _ in 0..<500 where status != 200 {
                status = try await server.get(Self.path).status
                if status != 200 { try await Task.sleep(for: .milliseconds(20)) }
            }
            #expect(status == 200)
        }
    }
}
