import Foundation
import TestSupport
import Testing

/// The commands of the README, run as they stand there against a real server.
@Suite struct `The tour of the README` {
    @Test(.timeLimit(.minutes(3)))
    func `says what every command really answers`() async throws {
        let steps = try Tour.steps()
        #expect(steps.count >= 8)
        let results = try await Tour.run(steps)
        for (step, result) in zip(steps, results) {
            let expected = Tour.shape(step.expected, language: step.language)
            let found = Tour.shape(result, language: step.language)
            #expect(found == expected, "after:\n\(step.commands)\nthe answer was:\n\(result)")
        }
        #expect(results.count == steps.count, "a command of step \(results.count + 1) failed")
    }

    @Test(.timeLimit(.minutes(3)))
    func `says the same after the race that a start proposes, and shows what a start shows`() async throws {
        let proposed = """
            sed -n '/^export USHER_KEY/,/^done; wait/p' server.out > race.sh
            . ./race.sh
            rm race.sh
            sed -n '/^usher /,/whoever was first/p' server.out

            """
        let steps = try Tour.steps()
        let results = try await Tour.run(
            [Tour.Step(commands: proposed, language: "text", expected: "")] + steps, serving: ["--demonstration"])
        let shown = try #require(results.first)
        #expect(shown.contains(#""ok":true"#) && shown.contains(#""error":"exhausted""#), "\(shown)")
        let banner = try #require(Documents.blocks(in: "README.md").first { $0.text.contains("Two people race") })
        let found = shown[(shown.range(of: "usher 0")?.lowerBound ?? shown.startIndex)...]
        // The data lies where tools/run puts it, or in the directory of the test.
        let text = banner.text.replacing("usher_…", with: "usher_\(String(repeating: "k", count: 40))")
        let place = /data +\S+/
        #expect(
            Tour.shape(String(found).replacing(place, with: "data D"), language: "text")
                == Tour.shape(text.replacing(place, with: "data D"), language: "text"))
        for (step, result) in zip(steps, results.dropFirst()) {
            #expect(
                Tour.shape(result, language: step.language) == Tour.shape(step.expected, language: step.language),
                "after:\n\(step.commands)\nthe answer was:\n\(result)")
        }
        #expect(results.count == steps.count + 1, "a command of step \(results.count) failed")
    }

    @Test func `compares what matters and nothing else`() {
        let one = #"{"id":4503599627370495,"code":"AB12CD34","max_uses":1,"at":"2026-11-20T23:41:00.123Z","p":"1-7"}"#
        let two = #"{"id":1234567890123,"code":"ZZZZ9999","max_uses":1,"at":"2027-01-01T00:00:00.000Z","p":"1-12"}"#
        #expect(Tour.shape(one, language: "json") == Tour.shape(two, language: "json"))
        let other = two.replacingOccurrences(of: #""max_uses":1"#, with: #""max_uses":2"#)
        #expect(Tour.shape(one, language: "json") != Tour.shape(other, language: "json"))
    }
}

/// Taking the tour out of the README, and taking it.
enum Tour {
    /// A block of commands and what the README says they answer.
    struct Step {
        var commands: String
        var language: String
        var expected: String
    }

    /// Every `sh` block, with the `json` or `text` block right behind it.
    static func steps(in document: String = "README.md") throws -> [Step] {
        let blocks = try Documents.blocks(in: document)
        return blocks.indices.filter { blocks[$0].language == "sh" }.map { index in
            let answer = index + 1 < blocks.count && blocks[index + 1].language != "sh" ? blocks[index + 1] : nil
            return Step(
                commands: blocks[index].text, language: answer?.language ?? "text", expected: answer?.text ?? "")
        }
    }

    /// Runs the steps in one shell, in a directory that looks like the repository after `tools/run`.
    ///
    /// - Parameters:
    ///   - steps: The steps, in order.
    ///   - options: The options of a server that runs beside them; nil for none, where the steps start their own.
    ///   - tools: Further programs that the steps call: paths by name.
    /// - Returns: The answer of each step; fewer when a command failed.
    /// - Throws: when the shell or the server cannot be started.
    static func run(
        _ steps: [Step], serving options: [String]? = [], tools: [String: String] = [:]
    ) async throws -> [String] {
        let directory = try TemporaryDirectory("tour")
        let release = directory.path + "/.build/release"
        try FileManager.default.createDirectory(atPath: release, withIntermediateDirectories: true)
        for (name, path) in tools.merging(["usher": try binary().path], uniquingKeysWith: { $1 }) {
            try FileManager.default.createSymbolicLink(atPath: "\(release)/\(name)", withDestinationPath: path)
        }
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/docs", withDestinationPath: Documents.root.path + "/docs")
        var environment = ["PATH": "\(release):/usr/bin:/bin"]
        let server = try options.map {
            try TourServer(directory: directory.path, binary: release + "/usher", $0)
        }
        defer { server?.stop() }
        if let server { (environment["USHER_URL"], environment["USHER_KEY"]) = try await server.address() }
        let end = "end of step \(UUID().uuidString)"
        let script = steps.map { $0.commands + "echo '\(end)'\n" }.joined()
        try Data(("set -eu -o pipefail\n" + script).utf8).write(to: URL(fileURLWithPath: directory.path + "/tour.sh"))
        let output = directory.path + "/tour.out"
        let shell = try TourServer.start(
            "/bin/bash", ["tour.sh"], in: directory.path, output: output, environment: environment)
        // Where the time is over: the shell's trap ends what it has started.
        defer { if shell.isRunning { shell.terminate() } }
        while shell.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        let text = try String(contentsOfFile: output, encoding: .utf8)
        return text.components(separatedBy: end + "\n").dropLast()
    }

    /// The same of a table, whose columns move with the ids in it.
    static func shape(ofTable text: String) -> String {
        let lines = shape(text, language: "text").split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: "\n")
    }

    /// Expects of each step what the document says, in words and order, and every line in full that `isExact` names.
    static func expect(
        _ results: [String], answer steps: [Step], shape: (String) -> String = Tour.shape(ofTable:),
        isExact: (Substring) -> Bool = { _ in false }
    ) {
        for (step, result) in zip(steps, results) {
            #expect(shape(result) == shape(step.expected), "after:\n\(step.commands)\nthe answer was:\n\(result)")
            for line in step.expected.split(separator: "\n") where isExact(line) {
                #expect(result.contains(line), "\(line) is not in:\n\(result)")
            }
        }
        let failed = results.count < steps.count ? steps[results.count].commands : ""
        #expect(results.count == steps.count, "a command failed:\n\(failed)")
    }

    /// The command that was built with these tests, beside the program that runs them.
    static func binary() throws -> URL {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("usher")
    }

    /// The part of an output that must be equal: keys, words, statuses and small numbers of JSON; in other text
    /// everything but numbers.
    static func shape(_ text: String, language: String) -> String {
        var text = text.replacingOccurrences(of: "\r\n", with: "\n")
        text = text.replacing(/usher_[0-9A-Za-z]{30,}/, with: "K")
        text = text.replacing(/\d{4}-\d\d-\d\dT[0-9:.]+Z/, with: "T")
        text = text.replacing(/\b[0-9a-f]{32}\b/, with: "H")
        text = text.replacing(/"code":"[0-9A-Z]{8}"/, with: #""code":"C""#)
        text = text.replacing(/"redeemer_id":"(?:ana|ben)"/, with: #""redeemer_id":"A""#)
        text = text.replacing(/\b\d+-\d+\b/, with: "P")
        // Random keys compress differently, so a small file can be on either side of a kibibyte.
        text = text.replacing(/\d+(?:\.\d+)? (?:bytes|KiB)/, with: "N bytes")
        text = text.replacing(/"lag":\d+/, with: #""lag":N"#)
        // The zones are those of the machine.
        text = text.replacing(/"zones":\{[^}]*\}/, with: #""zones":Z"#)
        text = language == "json" ? text.replacing(/\b\d{4,}\b/, with: "N") : text.replacing(/\d+(?:\.\d+)?/, with: "N")
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// A server for the tour.
final class TourServer {
    private let process: Process
    private let output: String
    /// The log: it is written beside the work, and could be anywhere between the lines of the output.
    private let log: String

    /// Starts it on a free port.
    init(directory: String, binary: String, _ options: [String]) throws {
        output = directory + "/server.out"
        log = directory + "/server.log"
        process = try TourServer.start(
            binary, ["serve", "--listen", "127.0.0.1:0"] + options, in: directory, output: output, errors: log,
            environment: [:])
    }

    /// Starts a program whose both outputs go to a file, or each to one of its own.
    static func start(
        _ program: String, _ arguments: [String], in directory: String, output: String, errors: String? = nil,
        environment: [String: String]
    ) throws -> Process {
        func open(_ path: String) throws -> FileHandle {
            try Data().write(to: URL(fileURLWithPath: path))
            return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        }
        let handle = try open(output)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("USHER_") }
        process.environment = inherited.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = handle
        process.standardError = try errors.map(open) ?? handle
        try process.run()
        return process
    }

    /// Where it listens, and the root key that the first start shows.
    func address() async throws -> (url: String, key: String) {
        while process.isRunning {
            let text = try String(contentsOfFile: output, encoding: .utf8)
            if let url = text.firstMatch(of: /listening +(http:\/\/[0-9.:]+)/),
                let key = text.firstMatch(of: /root key +(usher_\S+)/)
            {
                return (String(url.1), String(key.1))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the server ended: \(try String(contentsOfFile: log, encoding: .utf8))")
        throw NoSuchThing()
    }

    /// Stops it as a service manager would.
    func stop() {
        process.terminate()
        process.waitForEnd()
        #expect(process.terminationStatus == 0)
    }
}
