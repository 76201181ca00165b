import Foundation
import TestSupport
import Testing

@testable import CivilTime

@Suite struct `The zone database` {
    @Test func `finds zones by their exact names, and reads no other file`() throws {
        #expect(try ZoneFixtures.full.zone("Europe/Berlin").name == "Europe/Berlin")
        for name in [
            "europe/berlin", "AMERICA/NEW YORK", "Berlin", "Europe/Nowhere", "../zones-slim/Europe/Berlin",
            "Europe/../Europe/Berlin", "/etc/localtime", "Europe//Berlin", "Europe", "tzdata.zi", "README.md", "",
            "CET-1CEST", "+02:00", String(repeating: "a", count: 300),
        ] {
            #expect(throws: ZoneDirectory.Fault.unknown, "\(name)") { try ZoneFixtures.full.zone(name) }
        }
    }

    @Test func `takes nothing for a zone that lies beside the zones in the folder of a system`() throws {
        let directory = try TemporaryDirectory("zones")
        let zone = try Data(contentsOf: URL(fileURLWithPath: ZoneFixtures.path + "/Europe/Berlin"))
        let names = [
            "Europe/London", "America/Argentina/Ushuaia", "EST5EDT", "Etc/GMT+1", "GB-Eire", "posixrules", "localtime",
            "Factory", "posix/Europe/London", "posix/UTC", "right/Europe/London", "right/America/Argentina/Ushuaia",
        ]
        for name in names {
            let url = URL(fileURLWithPath: directory.path + "/" + name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try zone.write(to: url)
        }
        try Data("x".utf8).write(to: URL(fileURLWithPath: directory.path + "/zone1970.tab"))
        let zones = ZoneDirectory(directory.path)
        let real = names.prefix(5)
        for name in real { #expect(try zones.zone(name).name == name) }
        for name in names.dropFirst(5) {
            #expect(throws: ZoneDirectory.Fault.unknown, "\(name)") { try zones.zone(name) }
        }
        #expect(zones.names == real.sorted())
        #expect(Set(ZoneFixtures.full.names).isSuperset(of: ZoneFixtures.names))
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
