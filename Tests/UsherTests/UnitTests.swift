import Foundation
import TestSupport
import Testing

/// The units of systemd in the documents, of which the package is made.
@Suite struct `The units` {
    /// The command that knows units.
    private static let analyzer = "/usr/bin/systemd-analyze"
    private static let tracer = "/usr/bin/strace"

    /// True where a process may be watched.
    private static let traces =
        FileManager.default.isExecutableFile(atPath: tracer)
        && (try? runTool(tracer, ["-f", "-o", "/dev/null", "/bin/true"]).code) == 0

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: analyzer), "needs systemd-analyze"))
    func `are ones that systemd takes, as hardened as each other`() throws {
        let directory = try TemporaryDirectory("units")
        let names = ["usher.service", "usher-backup.service", "usher-backup.timer"]
        for name in names {
            let unit = try Documents.text("docs/operating/" + name)
            // The program is not installed here.
            try unit.replacing("/usr/local/bin/usher", with: Usher.binary.path).write(
                toFile: directory.path + "/" + name, atomically: true, encoding: .utf8)
        }
        let verified = try runTool(
            Self.analyzer, ["verify", "--man=no"] + names.map { directory.path + "/" + $0 })
        #expect(verified.code == 0 && verified.text.isEmpty, "\(verified.text)")
        for name in names.prefix(2) {
            let rated = try runTool(
                Self.analyzer,
                ["security", "--offline=yes", "--no-pager", "--threshold=20", directory.path + "/" + name])
            #expect(rated.code == 0, "\(rated.text.suffix(200))")
        }
    }

    /// The system calls of a group, with those of the groups in it.
    private func calls(of name: String) throws -> Set<String> {
        guard name.hasPrefix("@") else { return [name] }
        let listed = try runTool(Self.analyzer, ["syscall-filter", "--no-pager", name])
        #expect(listed.code == 0, "\(listed.text)")
        let names = listed.text.split(separator: "\n").dropFirst().map { $0.trimmingCharacters(in: .whitespaces) }
        return try names.filter { !$0.hasPrefix("#") }.reduce(into: []) { $0.formUnion(try calls(of: $1)) }
    }

    /// The system calls that a unit permits: its lines add to those before, or take from them.
    private func permitted(by unit: String) throws -> Set<String> {
        var permitted: Set<String> = []
        for line in try Documents.text("docs/operating/" + unit).split(separator: "\n") {
            guard let match = line.wholeMatch(of: /SystemCallFilter=(~?)(.+)/) else { continue }
            for name in match.2.split(separator: " ") {
                let calls = try calls(of: String(name))
                if match.1.isEmpty { permitted.formUnion(calls) } else { permitted.subtract(calls) }
            }
        }
        return permitted
    }

    @Test(
        .enabled(if: FileManager.default.isExecutableFile(atPath: analyzer), "needs systemd-analyze"),
        .enabled(if: traces, "needs strace, and the right to use it"), .timeLimit(.minutes(3)))
    func `permit every system call that a node and a backup make`() async throws {
        let directory = try TemporaryDirectory("calls")
        /// A command that writes down its system calls.
        func watched(_ name: String) throws -> (command: String, calls: String) {
            let (command, calls) = (directory.path + "/" + name, directory.path + "/\(name).calls")
            // With -D the command keeps its place, and gets its signals.
            let script = "#!/bin/sh\nexec \(Self.tracer) -D -f -qq -o \(calls) \(Usher.binary.path) \"$@\"\n"
            try #require(
                FileManager.default.createFile(
                    atPath: command, contents: Data(script.utf8), attributes: [.posixPermissions: 0o700]))
            return (command, calls)
        }
        let (node, backup) = (try watched("node"), try watched("backup"))
        let server = try TourServer(directory: directory.path, binary: node.command, [])
        let (url, key) = try await server.address()
        let code = try await ClaimClient(url: url, key: key).makeCode(places: 3)
        #expect(await ClaimClient(url: url, key: key).redeem(code, "r1") != nil)
        let taken = try TourServer.start(
            backup.command, ["snapshot", "--directory", directory.path, "--keep", "1"], in: directory.path,
            output: directory.path + "/backup.out", environment: ["USHER_URL": url, "USHER_KEY": key])
        while taken.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        #expect(taken.terminationStatus == 0)
        server.stop()
        for (calls, unit) in [(node.calls, "usher.service"), (backup.calls, "usher-backup.service")] {
            let permitted = try permitted(by: unit)
            #expect(permitted.count > 200 && !permitted.contains("reboot"))
            let made = Set(
                try String(contentsOfFile: calls, encoding: .utf8).matches(of: /(?m)^[0-9]+ +([a-z0-9_]+)\(/).map {
                    String($0.1)
                })
            #expect(made.isSuperset(of: ["mmap", "futex"]), "\(made)")
            #expect(made.subtracting(permitted).isEmpty, "\(unit) refuses \(made.subtracting(permitted).sorted())")
            #expect(try Documents.text("docs/operating/" + unit).contains("\nSystemCallErrorNumber=EPERM\n"))
        }
    }
}
