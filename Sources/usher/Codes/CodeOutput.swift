import AsyncHTTPClient
import JSONText
import NIOCore

/// Passes on a stream of codes as it arrives, whole lines only, and counts them.
///
/// When the same stream is asked for again, it continues behind the lines that it has passed on.
struct CodeOutput: ~Copyable {
    private let format: CodeFormat
    private var file: OutputFile?
    /// The beginning of a line whose end has not come.
    private var partial: [UInt8] = []
    /// The lines passed on, the head of a table among them.
    private var lines = 0
    /// The lines of the present answer that were passed on from an earlier one.
    private var known = 0

    init(_ options: CodeOutputOptions) throws {
        format = options.chosen
        if let path = options.output { file = try OutputFile(path) } else { file = nil }
    }

    /// The number of codes passed on; the head of a table is none.
    var codes: Int { format == .csv ? max(0, lines - 1) : lines }

    /// Passes the body of an answer on to its end.
    ///
    /// - Throws: ``CommandFailure`` that says so when the connection is lost on the way.
    mutating func copy(_ response: HTTPClientResponse, from client: APIClient) async throws {
        let line = ProgressLine(isBesideOutput: file == nil)
        defer { line.clear() }
        (partial, known) = ([], lines)
        try await client.read(response) { chunk in
            try take(Array(chunk.readableBytesView))
            line.show("receiving  \(codes) codes")
            return true
        }
        guard partial.isEmpty else { throw CommandFailure("the server's answer ended in the middle of a code.") }
        if format == .json { try emit(Array(((lines == 0 ? CodeOutput.head : "") + "]}\n").utf8)) }
        try file?.publish()
    }

    private static let head = #"{"data":["#

    private mutating func take(_ bytes: [UInt8]) throws {
        var (rest, text) = (bytes[...], [UInt8]())
        while let end = rest.firstIndex(of: 0x0A) {
            let line = partial + rest[..<end]
            partial = []
            rest = rest[(end + 1)...]
            if known > 0 { known -= 1 } else { text += try shown(line) }
        }
        partial += rest
        try emit(text)
    }

    /// A line in the format asked for.
    private mutating func shown(_ line: [UInt8]) throws -> [UInt8] {
        defer { lines += 1 }
        switch format {
        case .csv, .ndjson: return line + [0x0A]
        case .json: return Array((lines == 0 ? CodeOutput.head : ",").utf8) + line
        case .text:
            guard let code = (try? JSONTree.parse(line))?.object?["code"]?.string else {
                throw CommandFailure("the server sent a line that is no code.")
            }
            return Array(code.utf8) + [0x0A]
        }
    }

    private mutating func emit(_ bytes: [UInt8]) throws {
        if file == nil { Terminal.write(bytes) } else { try file?.write(bytes) }
    }
}
