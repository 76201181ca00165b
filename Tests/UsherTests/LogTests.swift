import API
import Foundation
import Logging
import TestSupport
import Testing

@testable import usher

/// The lines that a server writes to standard error.
@Suite struct `The lines of a log` {
    private static let rootKey = "usher_log_test_root_key_0123456789ABC"

    /// Writes a line of each kind that a test asks for.
    private func lines(_ format: LineLogHandler.Format, _ write: (Logger) -> Void) -> [String] {
        let kept = Bytes()
        write(
            Logger(label: "test") { _ in
                LineLogHandler(
                    logLevel: .trace, format: format, write: { kept.add($0) }, now: { 1_800_000_000_123 })
            })
        return kept.text.split(separator: "\n").map(String.init)
    }

    @Test func `are text for people: quoted where a value would not be told from what is around it`() {
        let text = lines(.text) { logger in
            let log = NodeLog(logger)
            log.write(
                .primaryLost, (.upstream, .text("http://10.0.0.1:7070")), (.reason, .text("it said \"no\"\nand left")))
            log.write(.diskLow, (.freeBytes, .number(12)), (.limitBytes, nil))
        }
        #expect(
            text == [
                "2027-01-15T08:00:00.123Z warning  primary_lost: \(LogEntry.primaryLost.message) "
                    + #"reason="it said \"no\"\nand left" upstream=http://10.0.0.1:7070"#,
                "2027-01-15T08:00:00.123Z warning  disk_low: \(LogEntry.diskLow.message) free_bytes=12",
            ])
    }

    @Test func `are JSON for programs, an object a line, with numbers as numbers`() throws {
        let text = lines(.json) { logger in
            NodeLog(logger).write(
                .request, (.status, .number(200)), (.milliseconds, .decimal(1.5)), (.route, .text("/a\n\"b\"")))
        }
        #expect(text.count == 1)
        let line = try #require(try JSONSerialization.jsonObject(with: Data(text[0].utf8)) as? [String: Any])
        #expect(line["event"] as? String == "request" && line["level"] as? String == "info")
        #expect(line["time"] as? String == "2027-01-15T08:00:00.123Z")
        #expect(line["status"] as? Int == 200 && line["duration_ms"] as? Double == 1.5)
        #expect(line["route"] as? String == "/a\n\"b\"" && line["message"] as? String == LogEntry.request.message)
    }

    @Test(arguments: LineLogHandler.Format.allCases)
    func `of libraries have no fields: these could tell of anybody`(format: LineLogHandler.Format) {
        let text = lines(format) { logger in
            logger.error("it broke", metadata: ["client": "192.0.2.7", "key": "usher_SECRET"])
        }.joined()
        #expect(text.contains("library") && text.contains("it broke"))
        #expect(!text.contains("192.0.2.7") && !text.contains("usher_SECRET"))
    }

    @Test(arguments: LineLogHandler.Format.allCases)
    func `keep nobody waiting where they are not read, and one of them says how many were dropped`(
        format: LineLogHandler.Format
    ) throws {
        let handler = LineLogHandler(logLevel: .trace, format: format, write: { _ in }, now: { 1_800_000_000_123 })
        let pipe = Pipe()
        let writer = LogWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor)
        func put() {
            let line = [UInt8](repeating: UInt8(ascii: "x"), count: 99) + [0x0A]
            writer.put(line, notingDropped: handler.line(dropped:))
        }
        // The pipe takes 64 KiB and the writer a mebibyte: the rest is dropped at once.
        for _ in 0..<20_000 { put() }
        var text = ""
        let deadline = Date(timeIntervalSinceNow: 20)
        while Date() < deadline, !text.contains("lines_dropped") {
            text += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
            put()
        }
        // The rest of that line.
        text += String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        #expect(text.hasPrefix("xxx"))
        let found = try #require(text.split(separator: "\n").first { $0.contains("lines_dropped") })
        switch format {
        case .text:
            let head = "2027-01-15T08:00:00.123Z warning  lines_dropped: \(LogEntry.linesDropped.message) lines="
            #expect(found.hasPrefix(head) && (Int(found.dropFirst(head.count)) ?? 0) > 1000, "\(found)")
        case .json:
            let fields = try #require(
                try JSONSerialization.jsonObject(with: Data(found.utf8)) as? [String: Any], "\(found)")
            #expect(fields["event"] as? String == "lines_dropped" && fields["level"] as? String == "warning")
            #expect((fields["lines"] as? Int ?? 0) > 1000)
        }
        // The writer's thread has the descriptor for as long as the process lives.
        withExtendedLifetime(pipe) { try? pipe.fileHandleForReading.close() }
    }

    @Test func `tell of a server's life: its start, who made a key, its requests where asked for, its end`()
        async throws
    {
        let directory = try TemporaryDirectory("log")
        let server = try UsherServerProcess(
            data: directory.path, ["--log-format", "json", "--access-log", "1"],
            environment: ["USHER_ROOT_KEY": Self.rootKey])
        let client = ClaimClient(url: server.url, key: Self.rootKey)
        let code = try await client.makeCode(places: 3)
        #expect(await client.redeem(code, "marked-person") != nil)
        #expect(try server.client("keys", "create", "--name", "k", "--scope", "read", key: Self.rootKey).code == 0)
        #expect(try await client.send("GET", "/api/admin/invitations/codes?code=\(code)&limit=1").0 != 0)
        #expect(server.stop() == 0)
        var names: [String] = []
        var routes: Set<String> = []
        for line in server.complaints.split(separator: "\n") {
            let fields = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            let name = try #require(fields["event"] as? String)
            if let route = fields["route"] as? String { routes.insert(route) }
            if name != LineLogHandler.library { names.append(name) }
            if name == "key_created" {
                #expect(fields["by"] as? String == "given_root_key" && fields["tenant"] as? String == "default")
                #expect((fields["subject"] as? String)?.isEmpty == false)
            }
        }
        #expect(names.first == "started" && names.suffix(2) == ["stopping", "stopped"], "\(names)")
        #expect(names.contains("key_created") && names.contains("request"))
        #expect(routes.isSuperset(of: ["/api/invitations/redeem", "/api/admin/invitations/keys"]), "\(routes)")
        let scan = SecretScan(for: [Self.rootKey, code, "marked-person"])
        #expect(!scan.holds(server.complaints))
    }

    @Test func `are of the level that was asked for, and settings that are none are refused`() async throws {
        let directory = try TemporaryDirectory("log")
        let server = try UsherServerProcess(
            data: directory.path, [], environment: ["USHER_LOG_LEVEL": "error", "USHER_ROOT_KEY": Self.rootKey])
        #expect(server.stop() == 0)
        #expect(server.complaints == "")
        for (flag, value) in [("--log-level", "loud"), ("--log-format", "xml"), ("--access-log", "2")] {
            let refused = try Usher.run("serve", "--data", directory.path, flag, value)
            #expect(refused.code == 64 && refused.errors.contains("must be"), "\(refused)")
        }
    }
}

/// Keeps what was written.
private final class Bytes: @unchecked Sendable {
    private let lock = NSLock()
    private var bytes: [UInt8] = []

    func add(_ more: [UInt8]) { lock.withLock { bytes += more } }
    var text: String { lock.withLock { String(decoding: bytes, as: UTF8.self) } }
}
