import Foundation
import TestSupport
import Testing

@testable import usher

@Suite("Starting and stopping the server")
struct StartTests {
    @Test("The first start shows a root key once; it works after a restart, and a second server is refused")
    func firstAndSecondStart() throws {
        let directory = try TemporaryDirectory("start")
        let data = directory.path + "/data"
        let first = try UsherServerProcess(data: data)
        let key = try #require(first.rootKey)
        #expect(first.banner.ranges(of: key).count == 1)
        #expect(first.banner.contains("durability  fsync"))
        #expect(first.banner.contains("a new directory"))

        let rival = try Usher.run("serve", "--data", data, "--listen", "127.0.0.1:0")
        #expect(rival.code == 1)
        #expect(rival.errors.contains("Another usher is running on \(data)"))
        #expect(first.stop() == 0)

        let second = try UsherServerProcess(data: data)
        #expect(second.rootKey == nil)
        #expect(second.banner.contains("was shown at the first start"))
        let list = try second.client("keys", "list", "--json", key: key)
        #expect(list.code == 0)
        #expect(second.stop(SIGINT) == 0)
    }

    @Test("A root key that was revoked does not come back by a restart, and one that is given works")
    func revokedRootKey() throws {
        let directory = try TemporaryDirectory("root-key")
        let given = "a-root-key-of-the-operator"
        let first = try UsherServerProcess(data: directory.path)
        let key = try #require(first.rootKey)
        let keys = try first.client("keys", "list", "--json", key: key).output
        let id = try #require(try Regex("\"id\": ?([0-9]+)").firstMatch(in: keys)?[1].substring)
        #expect(try first.client("keys", "revoke", String(id), key: key).code == 0)
        #expect(try first.client("keys", "list", key: key).code == 1)
        #expect(first.stop() == 0)

        let second = try UsherServerProcess(data: directory.path, environment: ["USHER_ROOT_KEY": given])
        #expect(second.rootKey == nil)
        #expect(!second.banner.contains(given))
        let list = try second.client("keys", "list", "--json", key: given)
        #expect(list.code == 0)
        #expect(
            try Regex("\"id\": ?\(id)\\b[^}]*\"revoked_at\": ?\"20").firstMatch(in: list.output) != nil,
            "\(list.output)")
        #expect(second.stop() == 0)
    }

    @Test("A file that an interrupted start has left beside usher.json keeps no command from its directory")
    func leftovers() throws {
        let directory = try TemporaryDirectory("leftovers")
        func data(_ name: String) throws -> String {
            let path = "\(directory.path)/\(name)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            try "{\"format\"".write(toFile: path + "/usher.json.new", atomically: false, encoding: .utf8)
            return path
        }
        let root = "a-root-key-of-the-operator"
        #expect(try UsherServerProcess(data: data("p"), ["--root-key", root]).stop() == 0)
        let output = directory.path + "/snapshot"
        try "left".write(toFile: output + ".part", atomically: false, encoding: .utf8)
        for command in [
            ["snapshot", "--data", try data("p"), "--output", output], ["metrics", "rebuild", "--data", try data("p")],
            ["verify", "--data", try data("p")], ["verify", "--snapshot", output],
        ] {
            let outcome = try Usher.run(command, environment: [:])
            #expect(outcome.code == 0, "\(command): \(outcome.errors)")
        }
        let primary = try UsherServerProcess(data: data("p"), ["--root-key", root])
        for _ in 0..<2 {
            let replica = try UsherServerProcess(
                "replica", data: data("r"), ["--primary", primary.url, "--root-key", root],
                environment: ["USHER_PRIMARY_KEY": root])
            #expect(replica.stop() == 0)
        }
        let promoted = try Usher.run(
            "promote", "--data", data("r"), "--tell", primary.url, "--primary-key", root)
        #expect(promoted.code == 0, "\(promoted.errors)")
        #expect(primary.stop() == 0)
        #expect(try UsherServerProcess(data: data("r"), ["--root-key", root]).stop() == 0)
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory.path)
        #expect(!names.contains { $0.hasSuffix(".part") || $0.hasSuffix(".new") }, "\(names)")
    }

    @Test(
        "A directory of a newer format or of a replica is refused with what to do",
        arguments: [
            (#"{"format": 99, "role": "primary"}"#, "Use the newer usher"),
            (#"{"format": 2, "role": "replica"}"#, "Start it as a replica"),
            (#"{"format": 1, "role": "primary"}"#, "before the first release"),
            ("not JSON", "restore the directory from a snapshot"),
        ])
    func refusedDirectory(manifest: String, advice: String) throws {
        let directory = try TemporaryDirectory("refused")
        let file = directory.path + "/usher.json"
        try manifest.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try Usher.run("serve", "--data", directory.path, "--listen", "127.0.0.1:0")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains(advice), "\(outcome.errors)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == manifest)
    }

    @Test("Flags win over the environment, the environment over the file")
    func precedence() throws {
        let directory = try TemporaryDirectory("settings")
        let file = directory.path + "/usher.settings"
        try """
        {"data": "\(directory.path)/from-file", "listen": "127.0.0.1:0", "durability": "none", "threads": 1}
        """.write(toFile: file, atomically: true, encoding: .utf8)
        let data = directory.path + "/from-flag"
        let server = try UsherServerProcess(
            data: data, ["--config", file],
            environment: ["USHER_DURABILITY": "interval:50", "USHER_DATA": "/nonexistent/x"], listen: nil)
        #expect(server.banner.contains("data        \(data)\n"))
        #expect(server.banner.contains("durability  interval:50 "))
        // The port is the file's: the default one would not be free for two tests at a time.
        #expect(!server.url.hasSuffix(":7070"))
        #expect(server.stop() == 0)
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/from-file"))
    }

    @Test("Everything that is wrong with the settings is said at once, and nothing is made")
    func wrongSettings() throws {
        let directory = try TemporaryDirectory("wrong")
        let file = directory.path + "/usher.settings"
        try #"{"threads": 0, "max_connections": true, "max_waiting": 0}"#.write(
            toFile: file, atomically: true, encoding: .utf8)
        let outcome = try Usher.run(
            "serve", "--data", directory.path + "/data", "--listen", "nowhere", "--config", file,
            environment: ["USHER_DURABILITY": "sometimes", "USHER_ROOT_KEY": "short"])
        #expect(outcome.code == 64)
        for name in [
            "listen (from the command line)", "durability (from the environment)", "root_key", "threads", "max_waiting",
        ] {
            #expect(outcome.errors.contains(name), "\(name) is not in: \(outcome.errors)")
        }
        #expect(outcome.errors.contains("max_connections"))
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/data"))
    }

    @Test("A misspelt setting in a file is not overlooked")
    func unknownSetting() throws {
        let directory = try TemporaryDirectory("unknown")
        let file = directory.path + "/usher.settings"
        try #"{"durabilty": "fsync"}"#.write(toFile: file, atomically: true, encoding: .utf8)
        let outcome = try Usher.run("serve", "--data", directory.path + "/data", "--config", file)
        #expect(outcome.code == 64)
        #expect(outcome.errors.contains("durabilty"))
        #expect(outcome.errors.contains("Did you mean durability?"), "\(outcome.errors)")
        try #"{"max-waiting": 5, "colour": "red"}"#.write(toFile: file, atomically: true, encoding: .utf8)
        let others = try Usher.run("replica", "--data", directory.path + "/data", "--config", file).errors
        #expect(others.contains("Did you mean max_waiting?") && others.contains("known are data, listen"), "\(others)")
    }

    @Test("A misspelt variable of the environment is warned of, with the one that was meant, and refused nowhere")
    func unknownVariable() throws {
        let directory = try TemporaryDirectory("variables")
        let environment = ["USHER_LISTN": "secret-value", "USHER_PORT_7070_TCP": "x", "USHER_KEYS": "", "USHERS": "x"]
        let server = try UsherServerProcess(
            data: directory.path, ["--root-key", "usher_variable_test_root_0123456789"], environment: environment)
        #expect(server.stop() == 0)
        let lines = server.complaints.split(separator: "\n").filter { $0.contains("variable_unknown") }
        #expect(lines.count == 2, "\(server.complaints)")
        #expect(lines.contains { $0.contains("variable=USHER_LISTN") && $0.contains("meant=USHER_LISTEN") })
        #expect(lines.contains { $0.contains("variable=USHER_PORT_7070_TCP") && !$0.contains("meant=") })
        #expect(!server.complaints.contains("secret-value"))
        let version = try Usher.run("version", environment: environment)
        #expect(version.code == 0)
        #expect(
            version.errors
                == "Warning: USHER_LISTN is known to no command and was not read. Did you mean USHER_LISTEN?\n")
        #expect(try Usher.run("version", environment: ["USHER_LISTEN": "x", "USHER_KEY": "y"]).errors == "")
    }

    @Test("Every variable that the sources of the command name is known")
    func knownVariables() {
        var named: Set<String> = []
        for file in SwiftFile.all(in: "Sources/usher") {
            for line in file.lines { named.formUnion(line.matches(of: /USHER_[A-Z_]*[A-Z]/).map { String($0.0) }) }
        }
        #expect(named.count > 20 && named.subtracting(EnvironmentNames.known) == [])
    }

    @Test("An address that is taken is an error that names it")
    func takenAddress() throws {
        let directory = try TemporaryDirectory("taken")
        let server = try UsherServerProcess(data: directory.path + "/a")
        let address = String(server.url.dropFirst("http://".count))
        let outcome = try Usher.run("serve", "--data", directory.path + "/b", "--listen", address)
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("\(address) cannot be listened on"), "\(outcome.errors)")
        #expect(!outcome.output.contains("usher_"), "the only key there will be is not shown for nothing")
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/b"))
        #expect(server.stop() == 0)
    }
}
