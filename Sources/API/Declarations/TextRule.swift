import Domain
import JSONText
import Journal
import Wire

/// The texts that a member of a body can have: bounds for the reader, the schema and `docs/limits.md` alike.
struct TextRule: Sendable {
    /// The number of characters, as Unicode counts scalars.
    var length: ClosedRange<Int>?
    /// The words of a closed set.
    var words: [String]?
    /// A regular expression that says the rest to clients.
    var pattern: String?
    /// Judges the texts that ``pattern`` describes, and says what is wrong with others; nil where the domain does.
    var check: (isMet: @Sendable (String) -> Bool, message: String)?

    /// False where the reader leaves it to what the text is for.
    var isJudged = true

    /// Any text.
    static let any = TextRule()

    /// So many characters.
    static func characters(_ length: ClosedRange<Int>) -> TextRule { TextRule(length: length) }

    /// At most so many characters.
    static func characters(max: Int) -> TextRule { TextRule(length: 0...max) }

    /// A name of limited length that a pattern describes; the domain or the operation judges the pattern.
    static func pattern(_ pattern: String, _ length: ClosedRange<Int>) -> TextRule {
        TextRule(length: length, pattern: pattern)
    }

    /// A position of the log.
    static let position = TextRule(
        pattern: "^[0-9]+-[0-9]+$",
        check: ({ LogPosition($0) != nil }, "Must be a position: <epoch>-<sequence>."))

    /// A code as somebody has typed it.
    static let code = TextRule(
        length: 1...CodeText.rawLengthMax, pattern: #"[^ _\-\t\n\r\u0000\u000B]"#,
        check: ({ CodeText(raw: $0) != nil }, CodeText.rule))

    /// A word of a closed set.
    static func words(_ words: [String]) -> TextRule { TextRule(words: words) }

    /// The rules as keywords of a schema.
    var schema: JSONObject {
        var schema = JSONObject()
        if let length {
            if length.lowerBound > 0 { schema["minLength"] = .integer(Int64(length.lowerBound)) }
            schema["maxLength"] = .integer(Int64(length.upperBound))
        }
        if let pattern { schema["pattern"] = .string(pattern) }
        if let words { schema["enum"] = .array(words.map { .string($0) }) }
        return schema
    }

    /// The fault of a text; nil when it keeps the rules.
    func fault(_ text: String) -> String? {
        guard isJudged else { return nil }
        if let check, !check.isMet(text) { return check.message }
        if let words, !words.contains(where: text.hasBytes(of:)) {
            return "Must be one of \(words.joined(separator: ", "))."
        }
        guard let length, !length.contains(text.unicodeScalars.count) else { return nil }
        return length.lowerBound > 0
            ? "Must have \(length.lowerBound) to \(length.upperBound) characters."
            : "Must not have more than \(length.upperBound) characters."
    }
}
