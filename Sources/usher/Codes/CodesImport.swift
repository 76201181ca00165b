import ArgumentParser
import AsyncHTTPClient
import Foundation
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

    @Argument(help: "The file, or - for standard input.", completion: .file())
    var file: String

    @Option(help: "csv or ndjson; by default the ending of the file's name.")
    var format: ImportFormat?

    @Flag(help: "Take all rows or none.") var atomic = false
    @Flag(help: "Refuse a file with unknown columns.") var strict = false
    @Flag(help: "Print JSON.") var json = false

    /// The formats of an import.
    enum ImportFormat: String, ExpressibleByArgument, CaseIterable {
        case csv, ndjson
    }

    func run() async throws {
        try await reporting {
            let client = try client.makeClient()
            let isCSV = format.map { $0 == .csv } ?? file.lowercased().hasSuffix(".csv")
            let upload = try Upload(file)
            let response = try await client.send(
                .POST, APIClient.admin + "/codes/import",
                query: [("atomic", atomic ? "true" : nil), ("strict", strict ? "true" : nil)],
                type: isCSV ? "text/csv" : "application/x-ndjson", body: .stream(upload.chunks, length: upload.length))
            upload.line.clear()
            let body = try await response.body.collect(upTo: 1 << 30)
            try finish(Data(body.readableBytesView))
        }
    }

    private func finish(_ data: Data) throws {
        struct Report: Decodable {
            struct Failure: Decodable {
                var line: Int
                var code: String
                var message: String
            }
            var imported: Int
            var failed: Int
            var failures: [Failure]
            var ignoredColumns: [String]?

            enum CodingKeys: String, CodingKey {
                case imported, failed, failures
                case ignoredColumns = "ignored_columns"
            }
        }
        struct Envelope: Decodable { var data: Report }
        let report = try JSONDecoder().decode(Envelope.self, from: data).data
        if json {
            Terminal.write(Array(data) + [0x0A])
        } else {
            for failure in report.failures {
                Terminal.note("line \(failure.line): \(failure.code): \(failure.message)")
            }
            if let ignored = report.ignoredColumns, !ignored.isEmpty {
                Terminal.note("ignored columns: \(ignored.joined(separator: ", "))")
            }
            Terminal.print("\(report.imported) codes imported, \(report.failed) rows refused.")
        }
        if report.failed > 0 { throw ExitCode(Exit.failed) }
    }
}
