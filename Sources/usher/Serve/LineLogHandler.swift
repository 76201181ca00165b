import API
import Engine
import Foundation
import JSONText
import Journal
import Logging
import Wire

/// Writes each line of the log as text or as a JSON object.
///
/// Only the declared lines of a node (``API/LogEntry``) are written with their fields. Of lines of libraries, the message
/// alone is: their fields could tell of people, of keys or of addresses.
struct LineLogHandler: LogHandler {
    /// The forms of a line.
    enum Format: String, CaseIterable {
        case text
        case json
    }

    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let format: Format
    /// Takes a whole line, with its line feed.
    let write: @Sendable ([UInt8]) -> Void
    /// The time, in milliseconds.
    var now: @Sendable () -> Int64 = { SystemClock().wallMilliseconds() }

    /// The name of lines that are not the node's own.
    static let library = "library"

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { write(line(event.level, event.message.description, event.metadata ?? [:])) }

    /// The line that says how many lines were dropped.
    func line(dropped count: Int) -> [UInt8] {
        let dropped = LogLine(.linesDropped, [(.lines, .count(count))])
        return line(dropped.entry.level, dropped.entry.message, NodeLog.metadata(of: dropped))
    }

    /// A whole line, with its line feed.
    private func line(_ level: Logger.Level, _ message: String, _ fields: Logger.Metadata) -> [UInt8] {
        let isDeclared = fields[NodeLog.nameMember] != nil
        var line = JSONObject()
        line["time"] = .string(TimeText.text(Timestamp(milliseconds: now())))
        line["level"] = .string(level.rawValue)
        line["event"] = .string(isDeclared ? fields[NodeLog.nameMember].map { "\($0)" } ?? "" : LineLogHandler.library)
        line["message"] = .string(message)
        if isDeclared {
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) where name != NodeLog.nameMember {
                line[name] = LineLogHandler.tree(value)
            }
        }
        return (format == .json ? JSONTree.object(line).text : LineLogHandler.text(line)) + [0x0A]
    }

    /// Writes a line for people: time, level, event and message, then the fields as `name=value`.
    private static func text(_ line: JSONObject) -> [UInt8] {
        let head = ["time", "level", "event", "message"].map { line[$0]?.string ?? "" }
        // A message is our own or a library's; either way it stays on its line.
        let message = JSONTree.string(head[3]).text.dropFirst().dropLast()
        var text = Array("\(head[0]) \(head[1].padding(toLength: 8, withPad: " ", startingAt: 0)) \(head[2]): ".utf8)
        text += message
        for (name, value) in line.members.dropFirst(head.count) {
            text += Array(" \(name)=".utf8)
            text += value.string.map(quoted) ?? value.text
        }
        return text
    }

    /// A value as it is, or in quotation marks where it would not be told from what is around it.
    private static func quoted(_ value: String) -> [UInt8] {
        let isPlain =
            !value.isEmpty
            && value.utf8.allSatisfy { byte in
                (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=")
                    && byte != UInt8(ascii: "\\")
            }
        return isPlain ? Array(value.utf8) : JSONTree.string(value).text
    }

    private static func tree(_ value: Logger.MetadataValue) -> JSONTree {
        if case .stringConvertible(let value) = value {
            if let number = value as? Int64 { return .integer(number) }
            if let number = value as? Int { return .integer(Int64(number)) }
            if let number = value as? Double { return .number("\(number)") }
        }
        return .string("\(value)")
    }
}
