import Foundation
import Synchronization

/// The `usher` binary: run to its end, or started as a server.
struct UsherTool: Sendable {
    let program: String
    /// Where outputs are caught.
    let directory: String

    /// The output of a finished run.
    struct Outcome: Sendable {
        var code: Int32
        var output: String
        var errors: String

        /// The output as JSON, empty when it is none.
        var json: [String: Any] {
            (try? JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]) ?? [:]
        }
    }

    /// The environment of a process: only the variables named here, none of the soak's own.
    static func environment(_ more: [String: String]) -> [String: String] {
        ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"].merging(more) { _, new in new }
    }

    /// Runs a command to its end.
    func run(_ arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(300))
        async throws -> Outcome
    {
        let file = directory + "/" + UUID().uuidString
        defer { for end in [".out", ".err"] { try? FileManager.default.removeItem(atPath: file + end) } }
        let process = try ChildProcess(
            program, arguments, environment: UsherTool.environment(environment), output: file + ".out",
            errors: file + ".err")
        let code = await process.waitForEnd(limit)
        if code == nil { process.signal(SIGKILL) }
        func text(_ end: String) -> String {
            String(decoding: FileManager.default.contents(atPath: file + end) ?? Data(), as: UTF8.self)
        }
        return Outcome(code: code ?? -1, output: text(".out"), errors: text(".err"))
    }
}
