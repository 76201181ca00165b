import Foundation
import TestSupport
import Testing

@Suite("Snapshots, restores and verification from the command line")
struct BackupTests {
    @Test("A snapshot from a server and one from the stopped directory restore to the same digest; damage is named")
    func snapshotAndRestore() throws {
        let directory = try TemporaryDirectory("backup")
        let server = try UsherServerProcess(data: directory.path + "/data")
        let key = try #require(server.rootKey)
        #expect(try server.client("codes", "generate", "--count", "2000", key: key).code == 0)

        // Beside the running server.
        let beside = try Usher.run("verify", "--data", server.data, "--json")
        #expect(beside.code == 0, "\(beside.output)\(beside.errors)")
        #expect(server.stop() == 0)
        let restarted = try UsherServerProcess(data: server.data)
        let online = directory.path + "/online.snapshot"
        let result = try restarted.client("snapshot", "--output", online, "--json", key: key)
        #expect(result.code == 0, "\(result.errors)")
        #expect(restarted.stop() == 0)

        let stopped = directory.path + "/stopped.snapshot"
        let offline = try Usher.run("snapshot", "--data", server.data, "--output", stopped, "--json")
        #expect(offline.code == 0, "\(offline.errors)")
        let digest = try #require(try offline.json()["digest"] as? String)
        #expect(try result.json()["digest"] as? String == digest)
        #expect(try Data(contentsOf: URL(fileURLWithPath: online)) == Data(contentsOf: URL(fileURLWithPath: stopped)))

        let restored = directory.path + "/restored"
        #expect(try Usher.run("restore", "--snapshot", online, "--data", restored).code == 0)
        let verified = try Usher.run("verify", "--data", restored, "--json")
        #expect(verified.code == 0, "\(verified.output)")
        #expect(try verified.json()["digest"] as? String == digest)

        let over = try Usher.run("restore", "--snapshot", online, "--data", server.data)
        #expect(over.code == 1)
        #expect(over.errors.contains("is not empty"))

        // The restored directory is a server's directory, with the same keys.
        let successor = try UsherServerProcess(data: restored)
        #expect(try successor.client("keys", "list", key: key).code == 0)
        #expect(successor.stop() == 0)

        try damagedSnapshot(online, directory.path)
        try damagedJournal(server.data)
    }

    private func damagedSnapshot(_ path: String, _ directory: String) throws {
        #expect(try Usher.run("verify", "--snapshot", path).code == 0)
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        try flipByte(of: path, at: UInt64(size / 2))
        let verified = try Usher.run("verify", "--snapshot", path)
        #expect(verified.code == 3)
        #expect(verified.output.contains("\(path) is damaged at byte"))
        let restore = try Usher.run("restore", "--snapshot", path, "--data", directory + "/never")
        #expect(restore.code == 1)
        #expect(restore.errors.contains("\(path) is damaged at byte"))
        // Nothing is left in the way of the next attempt.
        #expect(!FileManager.default.fileExists(atPath: directory + "/never"))
        #expect(!FileManager.default.fileExists(atPath: directory + "/never/usher.json"))
    }

    private func damagedJournal(_ data: String) throws {
        let segment = "\(data)/journal/00000000000000000001.journal"
        #expect(try Usher.run("verify", "--data", data).code == 0)
        // In the payload of the first frame, which begins behind the segment's header of 512 bytes.
        try flipByte(of: segment, at: 512 + 96 + 10)
        let verified = try Usher.run("verify", "--data", data)
        #expect(verified.code == 3)
        #expect(verified.output.contains("\(segment), offset 512"), "\(verified.output)")
        let json = try Usher.run("verify", "--data", data, "--json")
        #expect(json.code == 3)
        #expect(try json.json()["clean"] as? Bool == false)
    }

    @Test("The journal can be looked into without seeing anything personal")
    func inspect() throws {
        let directory = try TemporaryDirectory("inspect")
        let server = try UsherServerProcess(data: directory.path + "/data")
        let key = try #require(server.rootKey)
        let code = try server.client("codes", "generate", "--issuer", "a-very-private-person", key: key).output
        #expect(server.stop() == 0)
        let outcome = try Usher.run("journal", "inspect", "--data", server.data, "--effects", "--json")
        #expect(outcome.code == 0)
        let frames = try #require(try outcome.json()["frames"] as? [[String: Any]])
        #expect(frames.count == 3)
        #expect(frames.last?["position"] as? String == "1-3")
        for (frame, next) in zip(frames, frames.dropFirst()) {
            #expect(frame["chain"] as? String == next["previous_chain"] as? String)
        }
        let effects = try #require(frames.last?["effects"] as? [[String: Any]])
        #expect(effects.contains { $0["table"] as? String == "code_texts" && $0["kind"] as? String == "insert" })
        let told = try Usher.run("journal", "inspect", "--data", server.data, "--events", "--json")
        let happened = try #require(try told.json()["frames"] as? [[String: Any]]).flatMap { frame in
            (frame["events"] as? [[String: Any]] ?? []).map {
                "\($0["id"] ?? "") \($0["type"] ?? "") \($0["actor"] ?? "")"
            }
        }
        #expect(
            happened == [
                "1-1-0 tenant.created node", "1-1-1 signing_key.created node", "1-2-0 key.created root",
                "1-3-0 code.created root",
            ])
        #expect(try Usher.run("journal", "inspect", "--data", server.data, "--events").output.contains("by root 1"))
        #expect(!told.output.contains("private") && !told.output.contains(code.prefix(8)))
        #expect(!outcome.output.contains("private"))
        #expect(!outcome.output.contains(code.prefix(8)))

        let later = try Usher.run("journal", "inspect", "--data", server.data, "--from", "2", "--limit", "1", "--json")
        let one = try #require(try later.json()["frames"] as? [[String: Any]])
        #expect(one.map { $0["position"] as? String } == ["1-2"])
        #expect(try Usher.run("journal", "inspect", "--data", directory.path).code == 1)
    }

    @Test("A directory that is none is not verified, and not made")
    func noDirectory() throws {
        let directory = try TemporaryDirectory("none")
        let restore = try Usher.run(
            "restore", "--snapshot", directory.path + "/no.snapshot", "--data", directory.path + "/x")
        #expect(restore.code == 1)
        #expect(restore.errors.contains("there is no file \(directory.path)/no.snapshot."))
        for command in ["verify", "snapshot"] {
            let path = directory.path + "/none"
            let outcome =
                command == "verify"
                ? try Usher.run("verify", "--data", path)
                : try Usher.run("snapshot", "--data", path, "--output", directory.path + "/file")
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("is not a data directory"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }
}
