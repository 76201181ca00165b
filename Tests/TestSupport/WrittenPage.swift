public import Foundation
internal import Synchronization

/// A page of the documents that declarations say, whole or in a table: its test compares it, and writes it anew where
/// it is asked to (`USHER_WRITE_PAGES=1`).
public struct WrittenPage {
    /// The repository.
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Its path from the top of the repository.
    public let path: String

    /// Names a page.
    public init(_ path: String) { self.path = path }

    private var url: URL { WrittenPage.root.appendingPathComponent(path) }

    private var content: String { get throws { try String(contentsOf: url, encoding: .utf8) } }

    /// Tests run beside each other, and a page can have tables of several.
    private static let writing = Mutex(())

    /// The first line that is not as declared, and what it should be; nil where the page says what is declared.
    public func misfit(with text: String) throws -> String? {
        try WrittenPage.writing.withLock { _ in try compare((try? content) ?? "", text) }
    }

    /// The same of one table, which is found by its first heading.
    ///
    /// - Parameters:
    ///   - heading: The text of the first cell of its head.
    ///   - rows: The cells below its head.
    /// - Returns: The first line that is not as declared, and what it should be; nil where the table says that.
    /// - Throws: when the page cannot be read or has no such table.
    public func misfit(ofTable heading: String, with rows: [[String]]) throws -> String? {
        try WrittenPage.writing.withLock { _ in
            let found = try content
            var lines = WrittenPage.lines(found)
            let body = try WrittenPage.body(ofTable: heading, in: lines)
            lines.replaceSubrange(body, with: rows.map { "| \($0.joined(separator: " | ")) |" })
            return try compare(found, lines.joined(separator: "\n"))
        }
    }

    private func compare(_ found: String, _ text: String) throws -> String? {
        guard found != text else { return nil }
        if ProcessInfo.processInfo.environment["USHER_WRITE_PAGES"] == "1" {
            try Data(text.utf8).write(to: url)
            return nil
        }
        let (lines, wanted) = (WrittenPage.lines(found), WrittenPage.lines(text))
        let place = zip(lines, wanted).enumerated().first { $1.0 != $1.1 }?.offset ?? min(lines.count, wanted.count)
        func line(_ lines: [Substring]) -> Substring { lines.indices.contains(place) ? lines[place] : "(no line)" }
        return
            "write \(path) anew with USHER_WRITE_PAGES=1: line \(place + 1), '\(line(lines))', is now '\(line(wanted))'"
    }

    /// The cells of a table below its head, without their blanks.
    ///
    /// - Throws: when the page cannot be read or has no such table.
    public func table(_ heading: String) throws -> [[String]] {
        let lines = WrittenPage.lines(try content)
        return lines[try WrittenPage.body(ofTable: heading, in: lines)].map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// There is no table with that heading.
    private struct NoSuchTable: Error { var heading: String }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }

    private static func body(ofTable heading: String, in lines: [Substring]) throws -> Range<Int> {
        guard let start = lines.firstIndex(where: { $0.hasPrefix("| \(heading) |") }) else {
            throw NoSuchTable(heading: heading)
        }
        let first = start + 2
        return first..<(lines[first...].firstIndex { !$0.hasPrefix("|") } ?? lines.endIndex)
    }
}
