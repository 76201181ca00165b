import API
import ArgumentParser
import Domain
import Foundation
import JSONText
import NIOHTTP1

/// The command `usher codes revoke`.
struct CodesRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revoke codes: nobody gets a place by them any more.",
        discussion: """
            Names codes by their texts, in a file, or all that a campaign has; redemptions stay, and no code is ever \
            valid again. As many as fit into a request are revoked in one step, those of a campaign all at once, however \
            many they are. Codes that are not there are reported, and the exit code is then 1; with --atomic nothing is \
            revoked where one is not there.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions
    @Argument(help: "The codes' texts, in any spelling.") var codes: [String] = []
    @Option(help: "A file with a code a line, or - for standard input.", completion: .file()) var file: String?
    @Option(help: "All codes that this campaign has, by its key or id.") var campaign: String?
    @Flag(help: "Revoke all of them or none.") var atomic = false
    @Flag(help: "Print JSON: the counts and the codes that are not there.") var json = false

    /// The bytes of the codes in one request, which may have 64 KiB.
    private static let requestBytesMax = 60 << 10
    private static let path = ListTable.codes.path + "/revoke"

    func validate() throws {
        guard !codes.isEmpty || file != nil || campaign != nil else {
            throw ValidationError("Name codes, a file of them (--file), or a campaign (--campaign).")
        }
        guard campaign == nil || codes.isEmpty && file == nil else {
            throw ValidationError("--campaign means all of its codes: name no others.")
        }
        guard !codes.contains("") else { throw ValidationError("A code must not be empty.") }
    }

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            if let campaign {
                let id = try await client.campaignID(campaign)
                return try finish([try await revoke(client, "campaign_id", id.map { .number($0) } ?? .null)])
            }
            let parts = CodesRevoke.parts(try codes + fileLines())
            guard !atomic || parts.count == 1 else { throw tooManyAtOnce(parts) }
            let line = ProgressLine(isBesideOutput: true)
            var answers: [JSONObject] = []
            for (index, part) in parts.enumerated() {
                line.show(ProgressLine.text("revoking", UInt64(index), UInt64(parts.count)))
                do {
                    answers.append(try await revoke(client, "codes", .array(part), part: index))
                } catch var failure as CommandFailure {
                    line.clear()
                    let done = answers.reduce(0) { $0 + CodesRevoke.count("revoked", $1) }
                    if !answers.isEmpty { failure.description += "\n\(done) codes were revoked before that." }
                    throw failure
                }
            }
            line.clear()
            try finish(answers)
        }
    }

    private func tooManyAtOnce(_ parts: [[JSONTree]]) -> CommandFailure {
        let all = parts.reduce(0) { $0 + $1.count }
        return CommandFailure(
            "--atomic is one request, which has room for \(parts[0].count) of these \(all) codes; nothing was revoked. "
                + "Without --atomic they are revoked in \(parts.count) steps. All codes of a campaign are one step, "
                + "however many: --campaign.",
            code: Exit.usage)
    }

    private func revoke(
        _ client: APIClient, _ name: String, _ value: JSONTree, part: Int = 0
    ) async throws -> JSONObject {
        var fields = JSONObject()
        fields[name] = value
        // Each request is one of its own to the server.
        let key = CreationKey(given: creation.idempotencyKey.map { part == 0 ? $0 : "\($0)-\(part + 1)" })
        let answer = try await client.repeating(under: key) {
            try await client.document(
                .POST, CodesRevoke.path, query: [("atomic", atomic ? "true" : nil)],
                .init(creation: key, isLong: true), fields: fields)
        }
        return answer.member().object ?? JSONObject()
    }

    /// The codes in parts that a request has room for.
    private static func parts(_ codes: [String]) -> [[JSONTree]] {
        var (parts, bytes) = ([[JSONTree]](), 0)
        for code in codes {
            let text = JSONTree.string(code)
            let more = text.text.count + 1
            if parts.isEmpty || bytes + more > requestBytesMax {
                parts.append([])
                bytes = 0
            }
            parts[parts.count - 1].append(text)
            bytes += more
        }
        return parts
    }

    private func finish(_ answers: [JSONObject]) throws {
        func sum(_ name: String) -> Int64 { answers.reduce(0) { $0 + CodesRevoke.count(name, $1) } }
        let unknown = answers.flatMap { $0["unknown"]?.array ?? [] }
        let (revoked, already) = (sum("revoked"), sum("already"))
        if json {
            let all: JSONTree = [
                "data": ["revoked": .integer(revoked), "already": .integer(already), "unknown": .array(unknown)]
            ]
            Terminal.write(all.text + [0x0A])
        } else {
            for code in unknown { Terminal.note(Column.harmless("there is no code \(code.string ?? "")")) }
            let rest = already > 0 ? ", \(already) had been before" : ""
            Terminal.print("\(revoked) codes revoked\(rest)\(unknown.isEmpty ? "" : ", \(unknown.count) unknown").")
        }
        if !unknown.isEmpty { throw ExitCode(Exit.failed) }
    }

    private static func count(_ name: String, _ answer: JSONObject) -> Int64 {
        if case .integer(let count)? = answer[name] { count } else { 0 }
    }

    /// The codes in the file, a line each; none where no file was named.
    private func fileLines() throws -> [String] {
        guard let file else { return [] }
        let input = try InputFile(file)
        let head = TextFileHead(try input.readAll())
        guard !head.isUTF16 else { throw CommandFailure("\(input.name) is UTF-16; save it as UTF-8.") }
        let lines = String(decoding: head.text, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
        var codes: [String] = []
        for (index, line) in lines.enumerated() {
            let code = line.trimmingCharacters(in: .whitespaces)
            // A server would refuse it with all others of its request, when some may have been revoked.
            guard code.unicodeScalars.count <= CodeText.rawLengthMax else {
                throw CommandFailure(
                    "line \(index + 1) of \(input.name) is no code: it has more than \(CodeText.rawLengthMax) characters. "
                        + "Nothing was revoked.")
            }
            if !code.isEmpty { codes.append(code) }
        }
        guard !codes.isEmpty else { throw CommandFailure("\(input.name) has no code in it; nothing was revoked.") }
        return codes
    }
}
