import Foundation
import TestSupport
import Testing

@testable import CivilTime

@Suite struct `Zones are read from the system's files` {
    @Test func `and stand in 2026 and later as edition 2026f has them`() throws {
        // Zone, instant, hours from UTC: the rules that changed in 2026.
        let expected: [(String, String, Double)] = [
            ("America/Vancouver", "2026-07-01T00:00:00Z", -7), ("America/Vancouver", "2026-12-01T00:00:00Z", -7),
            ("America/Vancouver", "2031-01-15T00:00:00Z", -7), ("America/Vancouver", "2025-12-01T00:00:00Z", -8),
            ("America/Edmonton", "2026-12-01T00:00:00Z", -6), ("America/Edmonton", "2025-12-01T00:00:00Z", -7),
            ("America/Winnipeg", "2026-12-01T00:00:00Z", -5), ("America/Winnipeg", "2025-12-01T00:00:00Z", -6),
            ("America/Havana", "2026-12-01T00:00:00Z", -4), ("America/Havana", "2027-12-01T00:00:00Z", -5),
            ("Africa/Casablanca", "2026-09-01T00:00:00Z", 1), ("Africa/Casablanca", "2026-10-01T00:00:00Z", 0),
            ("Africa/Casablanca", "2040-07-01T00:00:00Z", 0),
            ("Europe/Berlin", "2026-07-01T00:00:00Z", 2), ("Europe/Berlin", "2099-12-01T00:00:00Z", 1),
            ("Asia/Kathmandu", "2026-01-01T00:00:00Z", 5.75), ("Asia/Kathmandu", "1985-01-01T00:00:00Z", 5.5),
            ("Pacific/Chatham", "2026-01-01T00:00:00Z", 13.75), ("Australia/Lord_Howe", "2026-07-01T00:00:00Z", 10.5),
            ("Africa/Monrovia", "1971-01-01T00:00:00Z", -44.5 / 60), ("Europe/Dublin", "2050-12-01T00:00:00Z", 0),
        ]
        for (name, instant, hours) in expected {
            let zone = try ZoneFixtures.full.zone(name)
            #expect(Double(zone.offset(at: try ZoneFixtures.second(instant))) == hours * 3600, "\(name) at \(instant)")
        }
    }

    private static let python: Bool = {
        let verdict = try? run("import zoneinfo", zones: ZoneFixtures.path)
        return verdict?.code == 0
    }()

    /// Runs a script of Python that reads zones from a folder.
    private static func run(_ script: String, zones: String) throws -> (code: Int32, text: String) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONTZPATH": zones]) { $1 }
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test(.enabled(if: python, "needs python3 with zoneinfo"))
    func `and agree with Python's zoneinfo at every change from 1970 to 2100 and at instants by chance`() throws {
        var random = SeededGenerator(seed: 43)
        for (path, zone) in try ZoneFixtures.all() {
            var seconds = (0..<200).map { _ in Int64.random(in: 0..<4_102_444_800, using: &random) }
            var second: Int64 = 0
            while let change = zone.change(after: second), change.second < 4_102_444_800 {
                seconds += [change.second - 1, change.second]
                #expect(
                    zone.offset(at: change.second) == change.offset
                        && zone.offset(at: change.second - 1) != change.offset)
                second = change.second
            }
            let script = """
                import datetime, zoneinfo
                zone = zoneinfo.ZoneInfo("\(zone.name)")
                for second in \(seconds):
                    time = datetime.datetime.fromtimestamp(second, zone)
                    print(int(time.utcoffset().total_seconds()))
                """
            let verdict = try Self.run(script, zones: path)
            let expected = verdict.text.split(separator: "\n").compactMap { Int64($0) }
            #expect(verdict.code == 0 && expected.count == seconds.count, "\(zone.name)")
            for (second, expected) in zip(seconds, expected) {
                #expect(zone.offset(at: second) == expected, "\(zone.name) at \(second)")
            }
        }
    }

    @Test func `also without a list of what follows from the rule, and in version 1`() throws {
        for name in ZoneFixtures.slimNames where ZoneFixtures.names.contains(name) {
            let (full, slim) = (try ZoneFixtures.full.zone(name), try ZoneFixtures.slim.zone(name))
            for second in stride(from: Int64(0), to: 4_102_444_800, by: 7_000_003) {
                #expect(full.offset(at: second) == slim.offset(at: second), "\(name) at \(second)")
            }
        }
        var old = Array(FileManager.default.contents(atPath: ZoneFixtures.path + "/Europe/Berlin") ?? Data())
        old[4] = 0
        let zone = try #require(ZoneFile(old).zone(named: "old"))
        #expect(zone.offset(at: try ZoneFixtures.second("2026-07-01T00:00:00Z")) == 7200)
        // The list of a version 1 file ends in 2037, and nothing says how it continues.
        #expect(zone.offset(at: try ZoneFixtures.second("2050-07-01T00:00:00Z")) == 3600)
    }

    @Test func `and are refused when they are damaged, cut, count leap seconds or are no zones`() throws {
        let whole = Array(FileManager.default.contents(atPath: ZoneFixtures.path + "/Europe/Berlin") ?? Data())
        #expect(ZoneFile(whole).zone(named: "whole") != nil)
        for length in stride(from: 0, to: whole.count - 1, by: 13) {
            _ = ZoneFile(Array(whole.prefix(length))).zone(named: "cut")
            if length < whole.count - 30 { #expect(ZoneFile(Array(whole.prefix(length))).zone(named: "cut") == nil) }
        }
        var random = SeededGenerator(seed: 44)
        for _ in 0..<3000 {
            var damaged = whole
            for _ in 0..<3 {
                let index = Int.random(in: 0..<damaged.count, using: &random)
                damaged[index] = UInt8.random(in: 0...255, using: &random)
            }
            // Whatever it says, it is read to its end or refused.
            if let zone = ZoneFile(damaged).zone(named: "damaged") { _ = zone.offset(at: 1_800_000_000) }
        }
        #expect(ZoneFile(Array("# version 2026f\n".utf8)).zone(named: "text") == nil)
    }

    @Test func `with rules of every form, and no others`() throws {
        let good: [(String, String, Int64)] = [
            ("UTC0", "2026-07-01T00:00:00Z", 0), ("<+0545>-5:45", "2026-07-01T00:00:00Z", 20_700),
            ("EST5EDT,M3.2.0,M11.1.0", "2026-07-01T00:00:00Z", -14_400),
            ("EST5EDT,J60/2,J300", "2024-02-29T12:00:00Z", -18_000),
            ("EST5EDT,J60/2,J300", "2024-03-01T12:00:00Z", -14_400),
            ("EST5EDT,59/2,300", "2024-02-29T12:00:00Z", -14_400),
            // All of the year in one half of it.
            ("XXX3EDT4,0/0,J365/23", "2026-12-31T23:30:00Z", -14_400),
            ("EST5EDT,0/0,J365/25", "2026-12-31T23:30:00Z", -14_400),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", -7200),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -3600),
        ]
        for (text, instant, offset) in good {
            let rule = try #require(ZoneRule(text), "\(text)")
            #expect(rule.offset(at: try ZoneFixtures.second(instant)) == offset, "\(text) at \(instant)")
        }
        let bad = [
            "", "E5", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0",
            "EST5EDT,M3.2.7,M11.1.0", "EST5EDT,J0,J300", "EST5EDT,J366,J300", "EST5EDT,366,300", "EST168",
            "<+01-1", "EST5EDT,M3.2.0/168,M11.1.0", "EST5EDT,M3.2.0,M11.1.0 ", "EST5:60",
        ]
        for text in bad { #expect(ZoneRule(text) == nil, "\(text)") }
        #expect(try #require(ZoneRule("EST5EDT,0/0,J365/25")).change(after: 1_800_000_000) == nil)
    }
}
