import Foundation
import TestSupport
import Testing

/// Nodes whose disks are full, as processes on file systems of their own.
@Suite(.serialized, .enabled(if: SmallVolume.isAvailable, "needs root"))
struct `A node whose disk is full` {
    private static let rootKey = "usher_full_test_root_0123456789ABCDEF"
    /// Less than the server keeps free, and enough for its small files.
    private static let little = 20 << 20
    /// Enough for a server's reserve and the segments of its journal.
    private static let volumeBytes = 400 << 20

    private static func primary(_ data: String, _ more: String..., port: Int = 0) throws -> UsherServerProcess {
        try UsherServerProcess(data: data, ["--root-key", rootKey] + more, listen: "127.0.0.1:\(port)")
    }

    private static func replica(_ data: String, of url: String) throws -> UsherServerProcess {
        try UsherServerProcess("replica", data: data, ["--primary", url], environment: ["USHER_PRIMARY_KEY": rootKey])
    }

    private static func client(_ server: UsherServerProcess) -> ClaimClient {
        ClaimClient(url: server.url, key: rootKey)
    }

    private static func claim(_ server: UsherServerProcess, _ code: String, _ redeemer: String) async throws
        -> (status: UInt, code: String?)
    {
        let (status, answer) = try await client(server).send(
            "POST", "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"\#(redeemer)"}"#)
        return (status, answer["code"] as? String)
    }

    /// Claims again and again until one is answered in that way.
    private static func claimUntil(
        _ server: UsherServerProcess, _ code: String, _ isOver: (UInt, String?) -> Bool
    ) async throws -> Bool {
        for number in 0..<300 {
            let (status, word) = try await claim(server, code, "until-\(number)")
            if isOver(status, word) { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    /// Starts a server and kills it once it listens; gives all that it said, also where it ended by itself.
    private static func start(on data: String) throws -> String {
        let (process, words) = (Process(), try Capture())
        process.executableURL = Usher.binary
        process.arguments = ["serve", "--data", data, "--listen", "127.0.0.1:0"]
        process.environment = Usher.environment(["USHER_ROOT_KEY": rootKey])
        (process.standardOutput, process.standardError) = (words.handle, words.handle)
        try process.run()
        while process.isRunning, !words.text.contains("listening") { Thread.sleep(forTimeInterval: 0.02) }
        kill(process.processIdentifier, SIGKILL)
        process.waitForEnd()
        return words.text
    }

    /// Waits until a node is ready, or says a reason.
    private static func wait(_ server: UsherServerProcess, for reason: String?) async throws -> Bool {
        for _ in 0..<400 {
            let (_, _, answer) = try await client(server).exchange("GET", "/readyz?verbose")
            let reasons = (answer["reasons"] as? [[String: Any]] ?? []).compactMap { $0["code"] as? String }
            if reason.map({ reasons.contains($0) }) ?? reasons.isEmpty { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }

    @Test(arguments: [0, little])
    func `answers claims 503 with what to do, reads on, and takes claims again when there is room`(
        leaving: Int
    ) async throws {
        let volume = try SmallVolume(bytes: Self.volumeBytes)
        let server = try Self.primary(volume.path + "/data")
        let code = try await Self.client(server).makeCode(places: 1_000_000)
        let first = try #require(await Self.client(server).redeem(code, "first"))
        try volume.fill(leaving: leaving)
        #expect(try await Self.claimUntil(server, code) { $0 == 503 && $1 == "disk_full" })
        let (_, problem) = try await Self.client(server).send(
            "POST", "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"x"}"#)
        #expect((problem["detail"] as? String)?.contains("free some") == true, "\(problem)")
        // Replays are answered, and lists while the tables have the little room that they need.
        #expect(await Self.client(server).redeem(code, "first") == first)
        if leaving > 0 { #expect(try await Self.client(server).redemptions()["first"] == [first]) }
        #expect(try await Self.wait(server, for: "disk_full"))
        #expect(server.hasSaid("reason=disk_full"))
        #expect(server.isRunning)
        volume.free()
        #expect(try await Self.claimUntil(server, code) { status, _ in status == 200 })
        #expect(try await Self.wait(server, for: nil))
        let acknowledged = try await Self.client(server).redemptions()
        #expect(server.stop() == 0)
        #expect(try Usher.run("verify", "--data", volume.path + "/data").code == 0)
        let again = try Self.primary(volume.path + "/data")
        #expect(try await Self.client(again).redemptions() == acknowledged)
        #expect(again.stop() == 0)
    }

    @Test(arguments: [0, little])
    func `and that is killed loses nothing, and starts again while it is full or says that there is no room`(
        leaving: Int
    ) async throws {
        let volume = try SmallVolume(bytes: Self.volumeBytes)
        let data = volume.path + "/data"
        let server = try Self.primary(data)
        let code = try await Self.client(server).makeCode(places: 1_000_000)
        for number in 0..<20 { #expect(await Self.client(server).redeem(code, "r\(number)") != nil) }
        try volume.fill(leaving: leaving)
        #expect(try await Self.claimUntil(server, code) { $0 == 503 && $1 == "disk_full" })
        #expect(server.stop(SIGKILL) != 0)
        let acknowledged = Set((0..<20).map { "r\($0)" })
        let words = try Self.start(on: data)
        if words.contains("listening") {
            let full = try Self.primary(data)
            #expect(acknowledged.isSubset(of: try await Self.client(full).redemptions().keys), "reads are answered")
            #expect(try await Self.claim(full, code, "late").code == "disk_full")
            volume.free()
            #expect(try await Self.claimUntil(full, code) { status, _ in status == 200 })
            #expect(full.stop() == 0)
        } else {
            // Without a byte of room no directory can be opened, and the message says so.
            #expect(leaving == 0 && (words.contains("no room") || words.contains("space")), "\(words)")
            volume.free()
            let again = try Self.primary(data)
            #expect(acknowledged.isSubset(of: try await Self.client(again).redemptions().keys))
            #expect(again.stop() == 0)
        }
        #expect(try Usher.run("verify", "--data", data).code == 0)
    }

    @Test
    func
        `as a replica keeps nobody from claiming, answers reads or says why not, and follows again when there is room`()
        async throws
    {
        let directory = try TemporaryDirectory("full-replica")
        let volume = try SmallVolume(bytes: Self.volumeBytes)
        let server = try Self.primary(directory.path + "/primary")
        let code = try await Self.client(server).makeCode(places: 1_000_000)
        let replica = try Self.replica(volume.path + "/data", of: server.url)
        #expect(try await Self.wait(replica, for: nil))
        try volume.fill()
        for number in 0..<200 where number < 20 || replica.isRunning {
            #expect(await Self.client(server).redeem(code, "r\(number)") != nil)
            if try await Self.client(replica).send("GET", "/readyz").0 == 503 { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await Self.wait(replica, for: "disk_full"))
        // Without a byte of room the tables can lack what the journal has: a list is of an earlier position then, and
        // 503 where a position is asked for (decision 0045).
        let path = "/api/admin/invitations/redemptions?limit=1"
        let (_, fields, state) = try await Self.client(replica).exchange("GET", "/api/admin/replication")
        let position = try #require(fields["usher-position"], "\(state)")
        let (status, list) = try await Self.client(replica).send("GET", path)
        #expect(status == 200, "\(status) \(list)")
        let (asked, _, answer) = try await Self.client(replica).exchange(
            "GET", path, headers: ["Usher-Min-Position": position])
        #expect(asked == 200 || asked == 503 && answer["code"] as? String == "disk_full", "\(asked) \(answer)")
        #expect(await Self.client(server).redeem(code, "while") != nil)
        volume.free()
        #expect(try await Self.wait(replica, for: nil))
        let wanted = try await Self.client(server).redemptions()
        var found: [String: [Int]] = [:]
        for _ in 0..<100 where found != wanted {
            found = try await Self.client(replica).redemptions()
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(found == wanted)
        #expect(replica.stop() == 0 && server.stop() == 0)
    }

    @Test func `as the target of a snapshot or of a bootstrap is named, and nothing half-written is left`() async throws
    {
        let directory = try TemporaryDirectory("full-target")
        let volume = try SmallVolume(bytes: Self.volumeBytes)
        let server = try Self.primary(directory.path + "/primary")
        _ = try server.client(
            "codes", "generate", "--count", "50000", "--output", directory.path + "/c", key: Self.rootKey)
        try volume.fill()
        let target = volume.path + "/backup.snapshot"
        let failed = try server.client("snapshot", "--output", target, key: Self.rootKey)
        #expect(failed.code == 1 && (failed.errors.contains("full") || failed.errors.contains("space")), "\(failed)")
        let left = try FileManager.default.contentsOfDirectory(atPath: volume.path)
        #expect(left == ["filler"], "\(left)")
        #expect(try await Self.client(server).send("GET", "/readyz").0 == 200)
        let (waiting, words) = (Process(), try Capture())
        waiting.executableURL = Usher.binary
        waiting.arguments = [
            "replica", "--data", volume.path + "/r", "--listen", "127.0.0.1:0", "--primary", server.url,
        ]
        waiting.environment = Usher.environment(["USHER_PRIMARY_KEY": Self.rootKey])
        (waiting.standardOutput, waiting.standardError) = (FileHandle.nullDevice, words.handle)
        volume.free()
        try volume.fill(leaving: 300_000)
        try waiting.run()
        for _ in 0..<500 where waiting.isRunning && !words.text.contains("bootstrap_delayed") {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(words.text.contains("no room") || words.text.contains("full"), "\(words.text)")
        volume.free()
        for _ in 0..<500 where waiting.isRunning && !words.text.contains("started:") {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(words.text.contains("bootstrapped") && words.text.contains("started:"), "\(words.text)")
        kill(waiting.processIdentifier, SIGTERM)
        waiting.waitForEnd()
        #expect(waiting.terminationStatus == 0)
        #expect(server.stop() == 0)
    }
}

/// A follower that must have a claim, and does not move.
@Suite struct `A frozen follower` {
    private static let rootKey = "usher_frozen_test_root_0123456789ABCD"

    @Test func `that must have a claim is waited for no longer than said: 503, reads continue, and nothing is lost`()
        async throws
    {
        let directory = try TemporaryDirectory("frozen")
        let primary = try UsherServerProcess(
            data: directory.path + "/a", ["--root-key", Self.rootKey, "--sync-replicas", "1"])
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/b", ["--primary", primary.url],
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        let client = ClaimClient(url: primary.url, key: Self.rootKey)
        for _ in 0..<400 where try await client.send("GET", "/readyz").0 != 200 {
            try await Task.sleep(for: .milliseconds(50))
        }
        let code = try await client.makeCode(places: 100)
        #expect(await client.redeem(code, "before") != nil)
        func claim(_ redeemer: String) async throws -> (UInt, String?) {
            let (status, answer) = try await client.send(
                "POST", "/api/invitations/redeem", #"{"code":"\#(code)","redeemer_id":"\#(redeemer)"}"#)
            return (status, answer["code"] as? String)
        }
        kill(replica.number, SIGSTOP)
        let begun = ContinuousClock.now
        let first = try await claim("first")
        #expect(first == (503, "outcome_unknown"))
        let second = try await claim("second")
        #expect(second == (503, "too_few_replicas"))
        #expect(begun.duration(to: .now) < .seconds(20), "W15: 2 s, on a busy machine")
        #expect(try await client.send("GET", "/readyz").0 == 503)
        #expect(try await client.send("GET", "/livez").0 == 200)
        // Counted out after 10 s of silence: still bounded, still the same word.
        try await Task.sleep(for: .seconds(11))
        #expect(try await claim("third") == (503, "too_few_replicas"))
        kill(replica.number, SIGCONT)
        var answer: (UInt, String?) = (0, nil)
        for _ in 0..<400 where answer.0 != 200 {
            answer = try await claim("first")
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(answer.0 == 200, "asked again, it is decided once")
        for _ in 0..<400 where await client.redeem(code, "second") == nil {
            try await Task.sleep(for: .milliseconds(50))
        }
        let stored = try await client.redemptions()
        #expect(Set(stored.keys) == ["before", "first", "second"] && stored.values.allSatisfy { $0.count == 1 })
        #expect(primary.hasSaid("reason=replicas_late"))
        #expect(primary.stop() == 0 && replica.stop() == 0)
    }
}
