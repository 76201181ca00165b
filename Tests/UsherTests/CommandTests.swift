import Foundation
import TestSupport
import Testing

@Suite("Commands against a server")
struct CommandTests {
    @Test("Codes that were made come back from an export and go into another server by an import")
    func codesRoundTrip() throws {
        let directory = try TemporaryDirectory("codes")
        let source = try UsherServerProcess(data: directory.path + "/a")
        let key = try #require(source.rootKey)
        let made = try source.client("codes", "generate", "--count", "1500", "--max-uses", "2", key: key)
        #expect(made.code == 0)
        let codes = Set(made.output.split(separator: "\n"))
        #expect(codes.count == 1500)

        let file = directory.path + "/codes.csv"
        let exported = try source.client("codes", "export", "--format", "csv", "--output", file, key: key)
        #expect(exported.code == 0)
        #expect(exported.errors.contains("1500 codes exported"))
        #expect(!FileManager.default.fileExists(atPath: file + ".part"))
        let lines = try source.client("codes", "export", "--format", "ndjson", key: key).output.split(separator: "\n")
        #expect(lines.count == 1500)
        // One document for programs, whichever way it is asked for.
        for flags in [["--json"], ["--format", "json"]] {
            let document = try source.client(["codes", "export"] + flags, key: key)
            #expect(try document.rows().count == 1500)
        }
        #expect(source.stop() == 0)

        let target = try UsherServerProcess(data: directory.path + "/b")
        let other = try #require(target.rootKey)
        let imported = try target.client("codes", "import", file, "--json", key: other)
        #expect(imported.code == 0, "\(imported.errors)")
        let report = try #require(try imported.json()["data"] as? [String: Any])
        #expect(report["imported"] as? Int == 1500)
        let listed = try target.client("codes", "export", key: other)
        #expect(Set(listed.output.split(separator: "\n")) == codes)

        // Every code is there already: each row is refused, with its line.
        let again = try target.client("codes", "import", file, key: other)
        #expect(again.code == 1)
        #expect(again.output.contains("0 codes imported, 1500 rows refused"))
        #expect(again.errors.contains("line 2: "))
        #expect(target.stop() == 0)
    }

    @Test("A key that was made works until it is revoked, and is listed without its text")
    func keys() throws {
        let directory = try TemporaryDirectory("keys")
        let server = try UsherServerProcess(data: directory.path)
        let root = try #require(server.rootKey)
        let created = try server.client(
            "keys", "create", "--name", "importer", "--scope", "admin", "--scope", "read", "--json", key: root)
        let data = try #require(try created.json()["data"] as? [String: Any])
        let text = try #require(data["key"] as? String)
        let id = try #require(data["id"] as? Int)
        #expect(try server.client("codes", "generate", key: text).code == 0)

        let list = try server.client("keys", "list", key: root)
        #expect(list.output.contains("\(id)"))
        #expect(!list.output.contains(text))
        // A key of a tenant is no root key.
        let refused = try server.client("keys", "list", key: text)
        #expect(refused.code == 1)
        #expect(refused.errors.contains("403"))

        #expect(try server.client("keys", "revoke", "\(id)", key: root).code == 0)
        let after = try server.client("codes", "generate", key: text)
        #expect(after.code == 1)
        #expect(after.errors.contains("401"))
        #expect(server.stop() == 0)
    }

    @Test("A refused request leaves no file behind")
    func noFileAfterRefusal() throws {
        let directory = try TemporaryDirectory("refusal")
        let server = try UsherServerProcess(data: directory.path + "/data")
        let file = directory.path + "/out"
        let codes = try server.client("codes", "generate", "--output", file, key: "usher_WRONG")
        let snapshot = try server.client("snapshot", "--output", file, key: "usher_WRONG")
        for outcome in [codes, snapshot] {
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("401"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["data"])
        #expect(server.stop() == 0)
    }

    @Test("An output never replaces what is no regular file, and a link stays a link")
    func specialOutput() throws {
        let directory = try TemporaryDirectory("special")
        let server = try UsherServerProcess(data: directory.path + "/data")
        let key = try #require(server.rootKey)
        let pipe = directory.path + "/pipe"
        #expect(mkfifo(pipe, 0o600) == 0)
        for output in [pipe, directory.path] {
            let outcome = try server.client("codes", "generate", "--output", output, key: key)
            #expect(outcome.code == 1)
            #expect(outcome.errors.contains("is not a regular file"))
        }
        let link = directory.path + "/link"
        try Data().write(to: URL(fileURLWithPath: directory.path + "/target"))
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.path + "/target")
        #expect(try server.client("codes", "generate", "--output", link, key: key).code == 0)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == directory.path + "/target")
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.path + "/target")).isEmpty == false)
        #expect(server.stop() == 0)
    }

    @Test("Exit codes tell a server that is not there from a wrong command line")
    func exitCodes() throws {
        let unreachable = try Usher.run(
            "keys", "list", environment: ["USHER_KEY": "usher_X", "USHER_URL": "http://127.0.0.1:1"])
        #expect(unreachable.code == 4)
        #expect(unreachable.errors.contains("nothing listens at http://127.0.0.1:1"))
        #expect(try Usher.run("keys", "list").code == 64)
        #expect(try Usher.run("keys", "lst").code == 64)
        let noURL = try Usher.run("keys", "list", "--url", "nonsense", environment: ["USHER_KEY": "usher_X"])
        #expect(noURL.code == 64)
    }

    @Test("version and doctor speak JSON")
    func machine() throws {
        let version = try Usher.run("version", "--json")
        #expect(version.code == 0)
        #expect(try version.json()["version"] as? String == "0.1.0")
        #expect(try version.json()["data_format"] as? Int == 3)

        let directory = try TemporaryDirectory("doctor")
        let doctor = try Usher.run("doctor", "--data", directory.path + "/none", "--json")
        let checks = try #require(try doctor.json()["checks"] as? [[String: Any]])
        let names = checks.compactMap { $0["name"] as? String }
        #expect(
            names == [
                "data", "sync_latency", "free_space", "file_system", "open_files", "clock", "server", "cores",
                "libraries",
            ])
        #expect(checks.allSatisfy { ["ok", "warn", "fail"].contains($0["outcome"] as? String) })
        // The probe has cleaned up, and nothing was made.
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test("The doctor sees a running server and a directory of a newer format")
    func doctorSees() throws {
        let directory = try TemporaryDirectory("doctor-sees")
        let server = try UsherServerProcess(data: directory.path + "/data")
        #expect(try Usher.run("doctor", "--data", server.data).output.contains("a server runs on"))
        #expect(server.stop() == 0)
        #expect(try Usher.run("doctor", "--data", server.data).output.contains("no server runs on"))
        let newer = #"{"format": 99, "role": "primary"}"#
        try newer.write(toFile: server.data + "/usher.json", atomically: true, encoding: .utf8)
        #expect(try Usher.run("doctor", "--data", server.data).code == 1)
    }

    @Test("Completions exist for the shells")
    func completions() throws {
        let outcome = try Usher.run("--generate-completion-script", "bash")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("journal"))
    }
}
