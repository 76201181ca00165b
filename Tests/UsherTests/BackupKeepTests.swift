import Foundation
import TestSupport
import Testing

/// Snapshots by the clock, of which the newest are kept.
@Suite struct `A directory of backups` {
    private let directory: TemporaryDirectory
    private let server: UsherServerProcess
    private let key: String
    /// A snapshot of the server.
    private let sample: String
    private var backups: String { directory.path + "/backups" }

    init() throws {
        directory = try TemporaryDirectory("backups")
        server = try UsherServerProcess(data: directory.path + "/data")
        key = try #require(server.rootKey)
        sample = directory.path + "/sample.snapshot"
        try FileManager.default.createDirectory(
            atPath: directory.path + "/backups", withIntermediateDirectories: false)
        #expect(try server.client("snapshot", "--output", sample, key: key).code == 0)
    }

    /// The names in the directory.
    private func names(in path: String? = nil) throws -> Set<String> {
        Set(try FileManager.default.contentsOfDirectory(atPath: path ?? backups))
    }

    /// Puts complete snapshots there, of those years.
    @discardableResult
    private func put(_ years: Int..., in path: String? = nil) throws -> Set<String> {
        let names = years.map { "usher-\($0)0101T000000Z.snapshot" }
        for name in names {
            try FileManager.default.copyItem(atPath: sample, toPath: "\(path ?? backups)/\(name)")
        }
        return Set(names)
    }

    private func take(_ more: String..., in path: String? = nil) throws -> Usher.Outcome {
        try server.client(["snapshot", "--directory", path ?? backups] + more, key: key)
    }

    /// Puts what looks like an old snapshot and is none of its own.
    private func putForeign() throws -> Set<String> {
        let files = FileManager.default
        for (name, text) in [
            ("usher-20180101T000000Z.snapshot.part", "an unfinished one"), ("notes.txt", "notes"),
            ("usher-20180102T000000Z.snapshot", "not what its name says"), ("usher-20180103T000000Z.snapshot", ""),
        ] { try Data(text.utf8).write(to: URL(fileURLWithPath: "\(backups)/\(name)")) }
        for name in [
            "before-upgrade.snapshot", "usher-2018-01-04.snapshot", "usher-20180105T000000.snapshot",
            "old-usher-20180106T000000Z.snapshot", "usher-20180107T000000Z.snapshot.1",
        ] { try files.copyItem(atPath: sample, toPath: "\(backups)/\(name)") }
        try files.createSymbolicLink(
            atPath: backups + "/usher-20180108T000000Z.snapshot", withDestinationPath: sample)
        try files.createDirectory(
            atPath: backups + "/usher-20180109T000000Z.snapshot", withIntermediateDirectories: false)
        return try names()
    }

    @Test func `keeps the newest, and removes older complete snapshots and nothing else`() throws {
        let foreign = try putForeign()
        #expect(foreign.count == 11)
        try put(2021, 2022, 2023)
        let first = try take("--keep", "2", "--json")
        #expect(first.code == 0, "\(first.errors)")
        let file = try #require(try first.json()["file"] as? String)
        let name = (file as NSString).lastPathComponent
        #expect(file == "\(backups)/\(name)" && name.wholeMatch(of: /usher-\d{8}T\d{6}Z\.snapshot/) != nil, "\(file)")
        let removed = try first.json()["removed"] as? [String]
        #expect(removed == [2021, 2022].map { "\(backups)/usher-\($0)0101T000000Z.snapshot" })
        #expect(try names() == foreign.union([name, "usher-20230101T000000Z.snapshot"]))
        // In words, and without a number everything stays.
        let second = try take("--keep", "1")
        #expect(second.output.contains("removed \(backups)/usher-20230101T000000Z.snapshot\n"), "\(second)")
        let left = try names().subtracting(foreign)
        #expect(left.count == 1)
        let before = try put(2019, 2024)
        let third = try take("--json")
        #expect(third.code == 0, "\(third.errors)")
        #expect(try third.json()["removed"] as? [String] == [])
        #expect(try names().isSuperset(of: before.union(left)))
        #expect(try Usher.run("verify", "--snapshot", try #require(try third.json()["file"] as? String)).code == 0)
        #expect(server.stop() == 0)
    }

    @Test func `keeps the one that was just taken, also where the clock was set back`() throws {
        try put(2021, 2998, 2999)
        let outcome = try take("--keep", "2", "--json")
        let file = try #require(try outcome.json()["file"] as? String)
        #expect(
            try names() == [(file as NSString).lastPathComponent, "usher-29990101T000000Z.snapshot"], "\(outcome)")
        #expect(server.stop() == 0)
    }

    @Test
    func `keeps everything when the snapshot fails: nobody there, a key of another scope, an answer that is none`()
        async throws
    {
        let before = try put(2021, 2022)
        let readers = try server.client("keys", "create", "--name", "r", "--scope", "read", key: key).output
        let other = try #require(readers.firstMatch(of: /usher_\S+/).map { String($0.0) })
        let garbage = "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 7\r\n\r\nnothing"
        let liar = try await FixedAnswerServer.start(answer: Array(garbage.utf8))
        let nobody = "http://127.0.0.1:\(try await FreePort.find())"
        for (url, key) in [(nobody, key), (server.url, other), ("http://\(liar.place)", key)] {
            let outcome = try Usher.run(
                ["snapshot", "--directory", backups, "--keep", "1"],
                environment: ["USHER_URL": url, "USHER_KEY": key])
            #expect(outcome.code != 0 && outcome.errors.contains("Error: ") && outcome.output == "", "\(outcome)")
            #expect(try names() == before, "after \(url)")
        }
        try await liar.stop()
        #expect(server.stop() == 0)
    }

    @Test(.enabled(if: SmallVolume.isAvailable, "needs root"))
    func `keeps everything when its disk is full`() throws {
        let volume = try SmallVolume(bytes: 1 << 20)
        let before = try put(2021, 2022, in: volume.path)
        try volume.fill()
        let outcome = try take("--keep", "1", in: volume.path)
        #expect(outcome.code != 0 && outcome.output == "", "\(outcome)")
        #expect(try names(in: volume.path) == before.union(["filler"]))
        volume.free()
        #expect(try take("--keep", "1", in: volume.path).code == 0)
        #expect(try names(in: volume.path).count == 1)
        #expect(server.stop() == 0)
    }

    @Test func `is asked for in a way that has one meaning`() throws {
        for arguments in [
            [], ["--output", "x", "--directory", backups], ["--output", "x", "--keep", "2"],
            ["--directory", backups, "--keep", "0"],
        ] {
            let outcome = try Usher.run(["snapshot"] + arguments, environment: ["USHER_KEY": key])
            #expect(outcome.code == 64, "\(arguments): \(outcome)")
        }
        let missing = try take("--keep", "1", in: backups + "/none")
        #expect(missing.code == 1 && missing.errors.contains("check that its directory exists"), "\(missing)")
        #expect(server.stop() == 0)
    }
}
