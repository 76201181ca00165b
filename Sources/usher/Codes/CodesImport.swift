import ArgumentParser
import AsyncHTTPClient
import JSONText
import NIOCore
import NIOHTTP1

/// The command `usher codes import`.
struct CodesImport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take over codes from a CSV or ndjson file.",
        discussion: """
            CSV has a head that names the columns, `code` among them; ndjson has an object a line. Good rows are taken \
            and each bad one is reported with its line; with --atomic all are taken or none. Exit code 1 when a row \
            was not taken.
            """)

    @OptionGroup var client: ClientOptions
    @OptionGroup var creation: CreationOptions

    @Argument(help: "The file, or - for standard input.", completion: .file())
    var file: String

    @Option(help: "csv or ndjson; by default the ending of the file's name.")
    var format: ImportFormat?

    @Flag(help: "Take all rows or none.") var atomic = false
    @Flag(help: "Refuse a file with unknown columns.") var strict = false
    @Flag(help: "Print JSON: the server's answer as it is.") var json = false

    /// The formats of an import.
    enum ImportFormat: String, ExpressibleByArgument, CaseIterable {
        case csv, ndjson
    }

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let key = creation.makeKey()
            // Standard input cannot be read twice, so that there is nothing to repeat.
            guard file != "-" else { return try finish(try await send(client, key.isGiven ? key : nil)) }
            do {
                try finish(try await client.repeating(under: key) { try await send(client, key) })
            } catch let failure as CommandFailure where failure.fields == ["Idempotency-Key"] && !key.isGiven {
                // The report is too long to be kept for a repeat; nothing was imported.
                try finish(try await send(client, nil))
            }
        }
    }

    private func send(_ client: APIClient, _ key: CreationKey?) async throws -> [UInt8] {
        let isCSV = format.map { $0 == .csv } ?? file.lowercased().hasSuffix(".csv")
        let upload = try Upload(file)
        defer { upload.line.clear() }
        let response = try await client.send(
            .POST, ListTable.codes.path + "/import",
            query: [("atomic", atomic ? "true" : nil), ("strict", strict ? "true" : nil)],
            .init(type: isCSV ? "text/csv" : "application/x-ndjson", creation: key, isLong: true),
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
