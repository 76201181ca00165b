import API
import ArgumentParser
import AsyncHTTPClient
import JSONText
import NIOCore
import NIOHTTP1

extension ImportFormat: ExpressibleByArgument {}

/// The command `usher codes import`.
struct CodesImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over codes from a CSV or ndjson file.",
        discussion: """
            CSV has a head that names the columns, `code` among them; ndjson has an object a line. A name that ends in \
            .ndjson or .jsonl says that it is ndjson. Good rows are taken \
            and each bad one is reported with its line; with --atomic all are taken or none. Exit code 1 when a row \
            was not taken.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The file, or - for standard input.", completion: .file())
    var file: String

    @Option(help: "csv or ndjson; by default the one that the file's first bytes look like.")
    var format: ImportFormat?

    @Flag(help: "Take all rows or none.") var atomic = false
    @Flag(help: "Refuse a file with unknown columns.") var strict = false
    @Flag(help: "Print JSON: the server's answer as it is.") var json = false

    func run() async throws {
        try await reporting {
            let (client, key) = (try client.makeClient(), creation.makeKey())
            let input = try InputFile(file)
            let format = try format ?? CodesImport.format(of: input)
            guard input.canBeReadAgain else {
                // Under a key of its own it could be refused where its report is too long, and not be sent again.
                return try finish(
                    try await client.repeating(under: key.isGiven ? key : CreationKey(), canRepeat: false) {
                        try await send(input, format, client, key.isGiven ? key : nil)
                    })
            }
            do {
                try finish(try await client.repeating(under: key) { try await send(input, format, client, key) })
            } catch let failure as CommandFailure where failure.fields == ["Idempotency-Key"] && !key.isGiven {
                // The report is too long to be kept for a repeat; nothing was imported.
                try finish(try await send(input, format, client, nil))
            }
        }
    }

    /// The format of a file: ndjson by its name, which keeps a bad first line a bad row, else by its first bytes.
    private static func format(of input: InputFile) throws -> ImportFormat {
        let name = input.name.lowercased()
        if [".ndjson", ".jsonl"].contains(where: name.hasSuffix) { return .ndjson }
        let first = try input.peek(bytesMax: ImportFormat.lookedAtMax) { ImportFormat(firstBytes: $0) != nil }
        return ImportFormat(firstBytes: first) ?? .csv
    }

    private func send(
        _ input: InputFile, _ format: ImportFormat, _ client: APIClient, _ key: CreationKey?
    ) async throws -> [UInt8] {
        let upload = try Upload(input)
        defer { upload.line.clear() }
        let response = try await client.send(
            .POST, ListTable.codes.path + "/import",
            query: [("atomic", atomic ? "true" : nil), ("strict", strict ? "true" : nil)],
            .init(type: format == .csv ? "text/csv" : "application/x-ndjson", creation: key, isLong: true),
            body: .stream(upload.chunks, length: upload.length))
        return try await client.collect(response)
    }

    private func finish(_ bytes: [UInt8]) throws {
        guard let report = (try? JSONTree.parse(bytes))?.object?["data"]?.object,
            case .integer(let failed)? = report["failed"]
        else { throw CommandFailure("the server answered with something that is no report.") }
        if json {
            Terminal.write(bytes + [0x0A])
        } else {
            for row in (report["failures"]?.array ?? []).compactMap(\.object) {
                let (line, code) = (row["line"]?.integerText ?? "?", row["code"]?.string ?? "")
                Terminal.note(Column.harmless("line \(line): \(code): \(row["message"]?.string ?? "")"))
            }
            let ignored = (report["ignored_columns"]?.array ?? []).compactMap(\.string)
            if !ignored.isEmpty {
                Terminal.note(Column.harmless("ignored columns: \(ignored.joined(separator: ", "))"))
            }
            Terminal.print("\(report["imported"]?.integerText ?? "?") codes imported, \(failed) rows refused.")
        }
        if failed > 0 { throw ExitCode(Exit.failed) }
    }
}
