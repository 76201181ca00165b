import Foundation
import TestSupport
import Testing

/// The built command, run as a process.
struct Usher {
    /// The output of a finished process.
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String

        /// The output as JSON.
        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }

        /// The rows of a list that was printed as JSON.
        func rows() throws -> [[String: Any]] { try #require(try json()["data"] as? [[String: Any]]) }

        /// The thing that was printed as JSON.
        func thing() throws -> [String: Any] { try #require(try json()["data"] as? [String: Any]) }
    }

    /// The binary beside the test bundle.
    static let binary: URL = {
        let places = [Bundle.main.bundleURL, URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0])]
        for place in places {
            var directory = place
            for _ in 0..<4 {
                let candidate = directory.appendingPathComponent("usher")
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isDirectory),
                    !isDirectory.boolValue
                {
                    return candidate
                }
                directory.deleteLastPathComponent()
            }
        }
        return URL(fileURLWithPath: ".build/debug/usher")
    }()

    /// Nothing of the environment of whoever runs the tests, only what is said here.
    static func environment(_ more: [String: String]) -> [String: String] {
        var environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
        environment.merge(more) { _, new in new }
        return environment
    }

    /// Runs the command to its end.
    static func run(_ arguments: String..., environment more: [String: String] = [:]) throws -> Outcome {
        try run(arguments, environment: more)
    }

    /// Runs the command to its end.
    static func run(_ arguments: [String], environment more: [String: String]) throws -> Outcome {
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.environment = environment(more)
        let output = try Capture()
        let errors = try Capture()
        process.standardOutput = output.handle
        process.standardError = errors.handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitForEnd()
        return Outcome(code: process.terminationStatus, output: output.text, errors: errors.text)
    }
}

/// A file that catches a stream: unlike a pipe it never fills up.
final class Capture {
    let handle: FileHandle
    private let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/usher-capture-\(UUID().uuidString)"
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        handle = try #require(FileHandle(forWritingAtPath: path))
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The text written so far.
    var text: String { String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self) }
}

/// A running `usher serve` or `usher replica`.
final class UsherServerProcess {
    let data: String
    private let process = Process()
    private let output: Capture
    private let errors: Capture
    /// Where it listens.
    let url: String

    /// Starts a server on a free port and waits until it listens.
    init(
        _ command: String = "serve", data: String, _ more: [String] = [], environment: [String: String] = [:],
        listen: String? = "127.0.0.1:0", namespace: String? = nil
    ) throws {
        self.data = data
        output = try Capture()
        errors = try Capture()
        process.executableURL = Usher.binary
        var arguments = [command, "--data", data]
        if let listen { arguments += ["--listen", listen] }
        process.arguments = arguments + more
        if let namespace {
            // `ip` becomes the command, so that signals reach it.
            process.executableURL = URL(fileURLWithPath: NetworkNamespace.tool)
            process.arguments = ["netns", "exec", namespace, Usher.binary.path] + arguments + more
        }
        process.environment = Usher.environment(environment)
        process.standardOutput = output.handle
        process.standardError = errors.handle
        process.standardInput = FileHandle.nullDevice
        try process.run()
        var found: String?
        while found == nil, process.isRunning {
            found = output.text.firstMatch(of: /listening +(https?:\S+)/).map { String($0.1) }
            if found == nil { Thread.sleep(forTimeInterval: 0.01) }
        }
        url = try #require(found, "the server ended: \(errors.text)")
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// The port in ``url``.
    var port: Int { URL(string: url)?.port ?? 0 }

    /// The process' number.
    var number: Int32 { process.processIdentifier }

    /// True while it runs.
    var isRunning: Bool { process.isRunning }

    /// Waits for its end; gives the exit code.
    func waitUntilExit() -> Int32 {
        process.waitForEnd()
        return process.terminationStatus
    }

    /// Its standard error so far.
    var complaints: String { errors.text }

    /// True once its standard error holds a text: the log is written beside the work, so that takes a moment; at most 10 s.
    func hasSaid(_ text: String) -> Bool {
        for _ in 0..<400 where !complaints.contains(text) { usleep(25_000) }
        return complaints.contains(text)
    }

    /// Its standard output so far.
    var banner: String { output.text }

    /// The root key in the banner; nil when there is none.
    var rootKey: String? { banner.firstMatch(of: /usher_[0-9A-Z]+/).map { String($0.0) } }

    /// Sends a signal and waits for the end; gives the exit code.
    func stop(_ signal: Int32 = SIGTERM) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitForEnd()
        return process.terminationStatus
    }

    /// Runs a command as a client of this server.
    func client(_ arguments: String..., key: String) throws -> Usher.Outcome {
        try client(arguments, key: key)
    }

    /// Runs a command as a client of this server.
    func client(_ arguments: [String], key: String) throws -> Usher.Outcome {
        try Usher.run(arguments, environment: ["USHER_URL": url, "USHER_KEY": key])
    }
}

/// Changes one byte of a file in place.
func flipByte(of path: String, at offset: UInt64) throws {
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    defer { try? file.close() }
    try file.seek(toOffset: offset)
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: offset)
    try file.write(contentsOf: Data([byte ^ 0x10]))
}
