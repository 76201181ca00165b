import Foundation
import TestSupport
import Testing

/// Zones of time as an operator meets them: by `TZDIR`, in figures, and in what the node says of itself.
@Suite struct `Zones of time at the command line` {
    private static let zones = Documents.root.path + "/Tests/Fixtures/zones-2026f"

    @Test func `give days of 25 hours, and their edition is shown`() async throws {
        let directory = try TemporaryDirectory("zones")
        let server = try UsherServerProcess(data: directory.path + "/data", environment: ["TZDIR": Self.zones])
        let key = try #require(server.rootKey)
        let series = ["stats", "series", "codes_issued", "--from", "2026-10-25", "--to", "2026-10-25"]
        let hours = try server.client(series + ["--interval", "hour", "--tz", "Europe/Berlin"], key: key)
        #expect(hours.code == 0, "\(hours)")
        let lines = hours.output.split(separator: "\n")
        #expect(lines.count == 26 && lines[0].contains("LOCAL"), "\(hours.output)")
        #expect(lines[3].contains("02:00:00+02:00") && lines[4].contains("02:00:00+01:00"), "\(hours.output)")
        let refused = try server.client(series + ["--tz", "europe/berlin"], key: key)
        #expect(refused.code == 1 && refused.errors.contains("Did you mean Europe/Berlin?"), "\(refused)")
        let version = try Usher.run("version", environment: ["TZDIR": Self.zones])
        #expect(version.output.contains("zones 2026f (\(Self.zones))"), "\(version)")
        let old = try Usher.run("version", "--json", environment: ["TZDIR": directory.path])
        #expect(try old.json()["zones_state"] as? String == "missing", "\(old)")
        #expect(server.stop() == 0)
        #expect(!server.complaints.contains("zones_not_current"))
    }

    @Test func `are a warning at the start of a node where they are old or missing`() throws {
        let directory = try TemporaryDirectory("zones")
        let old = directory.path + "/zoneinfo"
        try FileManager.default.createDirectory(atPath: old + "/Etc", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: Self.zones + "/Europe/Berlin", toPath: old + "/Etc/UTC")
        try Data("# version 2019c\n".utf8).write(to: URL(fileURLWithPath: old + "/tzdata.zi"))
        let primary = try UsherServerProcess(data: directory.path + "/a", environment: ["TZDIR": old])
        #expect(primary.hasSaid("zones_not_current") && primary.complaints.contains("edition=2019c state=old"))
        let key = try #require(primary.rootKey)
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/b", ["--primary", primary.url, "--log-format", "json"],
            environment: ["TZDIR": directory.path, "USHER_PRIMARY_KEY": key])
        #expect(replica.hasSaid("zones_not_current") && replica.complaints.contains(#""state":"missing""#))
        #expect(primary.stop() == 0 && replica.stop() == 0)
    }
}
