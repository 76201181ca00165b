import Foundation
import TestSupport
import Testing

@testable import CivilTime

@Suite struct `The zone database` {
    @Test func `finds zones by their exact names, says which one was meant, and reads no other file`() throws {
        #expect(try ZoneFixtures.full.zone("Europe/Berlin").name == "Europe/Berlin")
        for (name, meant) in [
            ("europe/berlin", "Europe/Berlin"), ("AMERICA/NEW YORK", "America/New_York"), ("Berlin", nil),
            ("Europe/Nowhere", nil), ("../zones-slim/Europe/Berlin", nil), ("Europe/../Europe/Berlin", nil),
            ("/etc/localtime", nil), ("Europe//Berlin", "Europe/Berlin"), ("Europe", nil), ("tzdata.zi", nil),
            ("README.md", nil),
            ("", nil), ("CET-1CEST", nil), ("+02:00", nil), (String(repeating: "a", count: 300), nil),
        ] as [(String, String?)] {
            let fault = #expect(throws: ZoneDirectory.Fault.self) { try ZoneFixtures.full.zone(name) }
            #expect(fault == .unknown(meant: meant), "\(name)")
        }
    }

    @Test func `says when it is not there, which edition it is, and when that is old`() throws {
        let directory = try TemporaryDirectory("zones")
        let empty = ZoneDirectory(directory.path)
        #expect(throws: ZoneDirectory.Fault.notInstalled) { try empty.zone("Europe/Berlin") }
        #expect(throws: ZoneDirectory.Fault.notInstalled) { try ZoneDirectory("/nowhere").zone("Europe/Berlin") }
        let now = try ZoneFixtures.second("2026-11-29T00:00:00Z")
        #expect(empty.state.state(at: now) == .missing)
        #expect(empty.state.text(at: now).contains("install the package tzdata"))
        #expect(ZoneFixtures.full.state.edition == "2026f" && ZoneFixtures.full.state.state(at: now) == .current)
        // By the file +VERSION, where there is no tzdata.zi.
        try FileManager.default.createDirectory(
            atPath: directory.path + "/Europe", withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: ZoneFixtures.path + "/Europe/Berlin", toPath: directory.path + "/Europe/London")
        #expect(empty.state.state(at: now) == .unknown && empty.state.edition == nil)
        try Data("2025b\n".utf8).write(to: URL(fileURLWithPath: directory.path + "/+VERSION"))
        #expect(empty.state.edition == "2025b" && empty.state.state(at: now) == .old)
        #expect(empty.state.text(at: now).contains("2025b") && empty.state.text(at: now).contains("old"))
        #expect(empty.state.state(at: try ZoneFixtures.second("2026-06-30T00:00:00Z")) == .current)
        #expect(empty.state.state(at: try ZoneFixtures.second("2026-07-01T00:00:00Z")) == .old)
    }
}
