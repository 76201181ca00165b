import Foundation
import Logging
import TestSupport
import Testing

@testable import API

@Suite struct `The log of a node` {
    // MARK: The page

    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/operating/logs.md")

    /// The rows of the page's tables with that number of columns.
    private static func rows(_ columns: Int) throws -> [[String]] {
        try String(contentsOf: page, encoding: .utf8).split(separator: "\n").compactMap { line in
            guard line.hasPrefix("| `") else { return nil }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            return cells.count == columns && !cells[0].hasPrefix("`--") ? cells : nil
        }
    }

    @Test func `is what its page says: every event with its level, message and fields, and every field`() throws {
        let events = LogEntry.all.map { entry in
            [
                "`\(entry.name)`", entry.level.rawValue, entry.message,
                entry.fields.isEmpty ? "-" : entry.fields.map { "`\($0.name)`" }.joined(separator: ", "),
            ]
        }
        #expect(try Self.rows(4) == events)
        let fields = LogField.all.map { ["`\($0.name)`", $0.meaning] }
        #expect(try Self.rows(2) == fields.sorted { $0[0] < $1[0] })
    }

    @Test func `has declarations that are all listed, with names of their own, and fields that some line has`() throws {
        let folder = Self.page.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/API/Log")
        for (file, names) in [
            ("LogEntry", LogEntry.all.map(\.name)), ("LogField", LogField.all.map(\.name)),
        ] {
            let text = try String(contentsOf: folder.appendingPathComponent("\(file).swift"), encoding: .utf8)
            #expect(text.matches(of: /static let \w+ = (?:\{|Log)/).count == names.count, "\(file)")
            #expect(Set(names).count == names.count && names.allSatisfy { $0.wholeMatch(of: /[a-z_]+/) != nil })
        }
        let used = Set(LogEntry.all.flatMap(\.fields))
        #expect(Set(LogField.all) == used)
        let reserved: Set<String> = ["time", "level", "event", "message", NodeLog.omittedMember]
        #expect(reserved.isDisjoint(with: LogField.all.map(\.name)))
        // At the default level there is nothing of a claim: only an operator's wish brings requests in.
        #expect(LogEntry.all.filter { !$0.isBounded }.map(\.name) == ["request"])
    }

    // MARK: Writing

    @Test func `leaves out what is too much in a minute, and says how much that was`() {
        let lines = KeptLines()
        let clock = ManualNanoseconds()
        let log = NodeLog(lines.logger(), now: { clock.now })
        for _ in 0..<100 { log.write(.stopping) }
        log.write(.stopped)
        #expect(lines.names.count { $0 == "stopping" } == NodeLog.linesPerMinuteMax)
        #expect(lines.names.last == "stopped", "another kind has a minute of its own")
        clock.now += 60_000_000_000
        log.write(.stopping)
        #expect(lines.all.last?.metadata[NodeLog.omittedMember]?.description == "40")
        for _ in 0..<100 { log.write(.request, (.status, .number(200))) }
        #expect(lines.names.count { $0 == "request" } == 100)
    }

    @Test func `has nothing below its level, and lines of every level are told apart`() {
        for level in Logger.Level.allCases {
            let lines = KeptLines()
            let log = NodeLog(lines.logger(level))
            for entry in LogEntry.all { log.write(LogLine(entry, [])) }
            #expect(lines.names == LogEntry.all.filter { $0.level >= level }.map(\.name))
        }
    }

    @Test(arguments: [(1.0, 1000), (0.5, 500), (0.25, 250), (0.01, 10), (0.001, 1), (0.3, 300)])
    func `has the part of the requests that was asked for`(rate: Double, expected: Int) {
        let log = AccessLog(NodeLog(KeptLines().logger()), rate: rate)
        let sample = (0..<1000).compactMap { _ in log.begin("GET", nil) }
        #expect(abs(sample.count - expected) <= 1)
    }

    @Test func `names routes as they are declared, and no word of a client`() throws {
        let lines = KeptLines()
        let log = AccessLog(NodeLog(lines.logger()), rate: 1)
        let target = RequestTarget("/api/admin/invitations/campaigns/123?cursor=secret")
        let operation = OperationTable.all.match(target)?.place.operation("GET")
        log.end(try #require(log.begin("GET", operation)), status: 200, traceID: nil)
        log.end(try #require(log.begin("ana@example.org", nil)), status: 404, traceID: nil)
        log.end(log.begin(claim: .hold), with: Array("HTTP/1.1 409 Conflict\r\n".utf8), traceID: nil)
        let seen = lines.all.map { line in
            ["method", "route", "status"].map { line.metadata[$0]?.description ?? "" }
        }
        #expect(
            seen == [
                ["GET", "/api/admin/invitations/campaigns/{id_or_key}", "200"], ["other", "other", "404"],
                ["POST", "/api/invitations/holds", "409"],
            ])
    }
}

/// A clock that a test sets.
private final class ManualNanoseconds: @unchecked Sendable {
    /// Set and read by one thread, that of the test.
    var now: UInt64 = 1
}
