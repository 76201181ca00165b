import JSONText

/// A column of a table: a member of what the API shows, with what the API declares of it.
struct Column: Sendable {
    /// The form of a column's values.
    enum Kind: Sendable {
        case text
        case number
        case time
        /// Lists, and objects that hold what the host likes.
        case json
    }

    /// The names from the row to the member.
    let path: [String]
    let kind: Kind
    /// True if it tells of a person.
    let isPersonal: Bool

    /// The name for programs.
    var name: String { path.joined(separator: "_") }
    /// The name for people.
    var head: String { name.replacing("_", with: " ") }

    /// The member of a row.
    func value(in row: JSONTree) -> JSONTree {
        path.reduce(row) { $0.object?[$1] ?? .null }
    }

    /// The text in place of what tells of a person.
    static let mask = "***"

    /// The value as people read it.
    func text(in row: JSONTree, showPersonal: Bool) -> String {
        let value = value(in: row)
        switch value {
        case .null: return "-"
        case _ where isPersonal && !showPersonal: return Column.mask
        case .string(let text): return kind == .time ? Column.readable(time: text) : Column.harmless(text)
        case .bool(let isTrue): return isTrue ? "yes" : "no"
        case .array(let elements) where elements.allSatisfy({ $0.string != nil }):
            return elements.isEmpty ? "-" : Column.harmless(elements.compactMap(\.string).joined(separator: ","))
        default: return Column.harmless(String(decoding: value.text, as: UTF8.self))
        }
    }

    /// The value as a cell of CSV.
    func cell(in row: JSONTree) -> String {
        let value = value(in: row)
        switch value {
        case .null: return ""
        case .string(let text): return CSVText.cell(text)
        case .array, .object: return CSVText.cell(String(decoding: value.text, as: UTF8.self))
        default: return String(decoding: value.text, as: UTF8.self)
        }
    }

    /// `2026-11-20T23:41:00.123Z` as `2026-11-20 23:41:00Z`.
    private static func readable(time: String) -> String {
        guard time.utf8.count == 24, time.hasSuffix("Z") else { return harmless(time) }
        return "\(time.prefix(10)) \(time.dropFirst(11).prefix(8))Z"
    }

    /// A text without what could command a terminal: controls and marks that turn the direction of writing.
    static func harmless(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isHarmful = [.control, .format, .lineSeparator, .paragraphSeparator].contains(
                scalar.properties.generalCategory)
            result.append(isHarmful ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }
}
