import AsyncHTTPClient
import Foundation
import NIOCore

/// Passes on a stream of codes as it arrives, and counts them.
struct CodeOutput: ~Copyable {
    private let format: CodeFormat
    private var file: OutputFile?
    private var pending: [UInt8] = []
    private(set) var lines = 0

    init(_ options: CodeOutputOptions) throws {
        format = options.chosen
        if let path = options.output { file = try OutputFile(path) } else { file = nil }
    }

    /// The number of codes passed on; the head of a table is none.
    var codes: Int { format == .csv ? max(0, lines - 1) : lines }

    /// Passes the body of an answer on to its end.
    mutating func copy(_ response: HTTPClientResponse, verb: String) async throws {
        let line = ProgressLine()
        for try await chunk in response.body {
            try take(chunk)
            line.show("\(verb)  \(codes) codes")
        }
        line.clear()
        try end()
    }

    private mutating func take(_ chunk: ByteBuffer) throws {
        guard format == .text else {
            lines += chunk.readableBytesView.count { $0 == 0x0A }
            return try emit(Array(chunk.readableBytesView))
        }
        var text: [UInt8] = []
        for byte in chunk.readableBytesView {
            guard byte == 0x0A else {
                pending.append(byte)
                continue
            }
            text += try code(in: pending) + [0x0A]
            pending.removeAll(keepingCapacity: true)
            lines += 1
        }
        try emit(text)
    }

    private mutating func end() throws {
        guard pending.isEmpty else { throw CommandFailure("the server's answer ended in the middle of a code.") }
        try file?.publish()
    }

    private func code(in line: [UInt8]) throws -> [UInt8] {
        let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        guard let code = object?["code"] as? String else {
            throw CommandFailure("the server sent a line that is no code.")
        }
        return Array(code.utf8)
    }

    private mutating func emit(_ bytes: [UInt8]) throws {
        if file == nil { Terminal.write(bytes) } else { try file?.write(bytes) }
    }
}
