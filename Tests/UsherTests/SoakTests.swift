import Foundation
import TestSupport
import Testing

@testable import Soak

/// The tool of long runs, for a minute.
///
/// That it finds what is wrong is shown by `SoakOracleTests`.
@Suite(.serialized) struct `The soak` {

    private static func soak(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) {
        try soak(arguments)
    }

    private static let tool = Documents.root.path + "/tools/soak"
    private static let environment = Usher.environment(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"])
    private static let binaries = [
        "--usher", Usher.binary.path, "--soak", Usher.binary.deletingLastPathComponent().path + "/usher-soak",
    ]

    private static func soak(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = binaries + arguments
        process.environment = environment
        let (output, errors) = (try Capture(), try Capture())
        (process.standardOutput, process.standardError) = (output.handle, errors.handle)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitForEnd()
        return (process.terminationStatus, output.text, errors.text)
    }

    @Test(.timeLimit(.minutes(5)))
    func `keeps every promise for a minute, whatever is killed, cut, filled and promoted`() throws {
        let directory = try TemporaryDirectory("soak")
        let (code, output, errors) = try Self.soak(
            "--minutes", "1", "--seed", "20261128", "--json", "--directory", directory.path)
        #expect(code == 0, "\(output)\(errors)")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        #expect(report["ok"] as? Bool == true && (report["places"] as? Int ?? 0) > 100)
        #expect((report["longest_refusal_seconds"] as? Double ?? 99) <= 10)
        let steps = try #require(report["steps"] as? [String: Int])
        #expect(steps.count > 20, "steps of every lane: \(steps.keys.sorted())")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty, "nothing is left behind")
    }

    @Test(.timeLimit(.minutes(3)))
    func `does what every command of its guide says`() throws {
        let blocks = try Documents.blocks(in: "docs/soaking.md").filter { $0.language == "sh" }
        let lines = blocks.flatMap { $0.text.split(separator: "\n") }
        #expect(lines.count >= 2)
        let directory = try TemporaryDirectory("soak-guide")
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            #expect(words[0] == "tools/soak")
            let short = ["--minutes", "0.05", "--directory", directory.path]
            let (code, output, errors) = try Self.soak(Array(words.dropFirst()) + short)
            #expect(code == 0, "\(line): \(output)\(errors)")
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [SIGTERM, SIGINT])
    func `ends everything that it has started when it is told to`(signal: Int32) async throws {
        let directory = try TemporaryDirectory("soak-ended")
        // Not by Foundation: its child would have the signals blocked that threads of the tests block.
        let output = directory.path + "/output"
        let process = try ChildProcess(
            Self.tool,
            Self.binaries + ["--minutes", "5", "--directory", directory.path + "/run"],
            environment: Self.environment, output: output, errors: output)
        var nodes = 0
        while nodes < 3, process.isRunning {
            try await Task.sleep(for: .milliseconds(50))
            nodes = Self.processes(naming: directory.path, "--listen")
        }
        process.signal(signal)
        #expect(await process.waitForEnd(.seconds(60)) == 1 && nodes == 3)
        #expect(Self.processes(naming: directory.path, "--listen") == 0)
        let text = try String(contentsOfFile: output, encoding: .utf8)
        #expect(text.contains("Interrupted") && text.contains("Every promise was kept"), "\(text)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/run").isEmpty)
    }

    /// Counts the processes whose arguments contain all these texts.
    private static func processes(naming texts: String...) -> Int {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.count { name in
            let words = FileManager.default.contents(atPath: "/proc/\(name)/cmdline").map {
                String(decoding: $0, as: UTF8.self)
            }
            return words.map { words in texts.allSatisfy { words.contains($0) } } ?? false
        }
    }

    @Test func `says what is wrong with a call, and explains itself`() throws {
        let help = try Self.soak("--help")
        #expect(help.code == 0 && help.output.contains("--minutes N"))
        let steps = try Self.soak("--list-steps")
        #expect(steps.code == 0 && steps.output.contains("promote-after-death"))
        #expect(try Self.soak("--minutes").code == 64)
        #expect(try Self.soak("--loud").code == 64)
        #expect(try Self.soak("--without", "sleep").code == 64)
    }
}
