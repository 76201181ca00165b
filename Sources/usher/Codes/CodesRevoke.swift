import ArgumentParser
import Foundation
import NIOHTTP1

/// The command `usher codes revoke`.
struct CodesRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke codes: nobody gets a place by them any more.",
        discussion: """
            Redemptions stay, live holds are given back, and no code is ever valid again. Codes are revoked one after \
            the other; those that are not there are reported, and the exit code is then 1.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: ListOptions
    @Argument(help: "The codes' texts, in any spelling.") var codes: [String] = []
    @Option(help: "A file with a code a line, or - for standard input.", completion: .file()) var file: String?

    func validate() throws {
        guard !codes.isEmpty || file != nil else { throw ValidationError("Name codes, or a file of them (--file).") }
    }

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let line = ProgressLine(isBesideOutput: true)
            var done = 0
            let all = try codes + fileLines()
            try await ManyThings(list: .codes, form: output.form).run(all) { text in
                defer {
                    done += 1
                    line.show(ProgressLine.text("revoking", UInt64(done), UInt64(all.count)))
                    if done == all.count { line.clear() }
                }
                let id = try await client.codeID(text) ?? ""
                return try await client.change(.POST, ListTable.codes.path + "/\(id)/revoke").member()
            }
        }
    }

    private func fileLines() throws -> [String] {
        guard let file else { return [] }
        let data = file == "-" ? try FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: file)
        guard let data = data ?? (file == "-" ? Data() : nil) else { throw CommandFailure("\(file) cannot be read.") }
        let lines = String(decoding: data, as: UTF8.self).split { $0.isNewline }
        return lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
