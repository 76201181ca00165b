import Foundation
import Synchronization

/// One node: a port and a data directory that stay, and a process that comes and goes.
final class Node: Sendable {
    let name: String
    let port: Int
    let volume: Volume
    private let tool: UsherTool
    private let logs: String
    private let state = Mutex(State())

    private struct State {
        var process: ChildProcess?
        var isEndExpected = true
        var isFrozen = false
        var starts = 0
    }

    init(name: String, port: Int, volume: Volume, tool: UsherTool, logs: String) {
        (self.name, self.port, self.volume, self.tool, self.logs) = (name, port, volume, tool, logs)
    }

    var data: String { volume.path + "/data" }
    var url: String { "http://127.0.0.1:\(port)" }
    var process: ChildProcess? { state.withLock { $0.process } }
    var isRunning: Bool { process?.isRunning ?? false }
    private var outputPath: String { "\(logs)/\(name).out" }
    private var errorPath: String { "\(logs)/\(name).err" }

    /// Takes the exit code of a process that ended without being told to; nil when there is none.
    ///
    /// Later calls return nil until the next such end.
    func takeUnexpectedEnd() -> Int32? {
        state.withLock { state in
            guard !state.isEndExpected, let code = state.process?.endCode else { return nil }
            state.isEndExpected = true
            return code
        }
    }

    /// Starts a server and waits until it listens.
    ///
    /// - Parameters:
    ///   - command: The command of `usher`.
    ///   - arguments: Its arguments.
    ///   - environment: Its environment.
    ///   - mayEnd: True if it may end by itself once it has listened.
    ///   - limit: The time in which it must listen.
    /// - Throws: ``SoakFailure`` when it ends before, or does not listen in time.
    func start(
        _ command: String, _ arguments: [String] = [], environment: [String: String],
        mayEnd: Bool = false, within limit: Duration = .seconds(120)
    ) async throws {
        let known = (text(outputPath).utf8.count, text(errorPath).utf8.count)
        let process = try ChildProcess(
            tool.program, [command, "--data", data, "--listen", "127.0.0.1:\(port)"] + arguments,
            environment: UsherTool.environment(environment), output: outputPath, errors: errorPath)
        state.withLock { $0 = State(process: process, isEndExpected: true, starts: $0.starts + 1) }
        let deadline = ContinuousClock.now + limit
        while !text(outputPath, after: known.0).contains("listening") {
            guard process.isRunning, ContinuousClock.now < deadline else {
                let code = process.endCode
                process.signal(SIGKILL)
                throw SoakFailure(
                    "node \(name) (\(command)) does not listen, \(code.map { "ended with \($0)" } ?? "after \(limit)"): "
                        + text(errorPath, after: known.1).suffix(600))
            }
            await pause(.milliseconds(10))
        }
        state.withLock { $0.isEndExpected = mayEnd }
    }

    /// Kills it as a power cut of the process would.
    func killNow() async {
        guard let process = expectEnd() else { return }
        process.signal(SIGKILL)
        _ = await process.waitForEnd(.seconds(30))
    }

    /// Asks it to drain; gives the exit code and how long it took, nil when it had to be killed.
    func stop() async -> (code: Int32, took: Duration)? {
        guard let process = expectEnd() else { return (0, .zero) }
        let start = ContinuousClock.now
        process.signal(SIGTERM)
        if let code = await process.waitForEnd(.seconds(30)) { return (code, ContinuousClock.now - start) }
        process.signal(SIGKILL)
        _ = await process.waitForEnd(.seconds(30))
        return nil
    }

    private func expectEnd() -> ChildProcess? {
        thaw()
        return state.withLock { state in
            state.isEndExpected = true
            return state.process
        }
    }

    /// Stops it in its tracks, as a machine that swaps or a paused virtual machine is.
    func freeze() {
        state.withLock { state in
            state.process?.signal(SIGSTOP)
            state.isFrozen = true
        }
    }

    /// Lets a frozen node continue.
    func thaw() {
        state.withLock { state in
            if state.isFrozen { state.process?.signal(SIGCONT) }
            state.isFrozen = false
        }
    }

    /// The end of its standard error; of a crash, the place.
    var complaints: String {
        let text = text(errorPath)
        let crash = text.range(of: "Program crashed", options: .backwards)?.lowerBound
        return String(crash.map { text[$0...].prefix(2500) } ?? text.suffix(1500))
    }

    /// Its standard error from an offset on.
    func complaints(after bytes: Int) -> String { text(errorPath, after: bytes) }
    var complaintBytes: Int { text(errorPath).utf8.count }

    private func text(_ path: String, after bytes: Int = 0) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        defer { try? file.close() }
        try? file.seek(toOffset: UInt64(bytes))
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }
}
