/// One row of an import.
public struct ImportRow: Sendable {
    /// The most numbers that a row takes: of its code, and of the document of its long fields.
    static let numbersMax: UInt64 = 2

    /// Where it stands in the caller's file, for the report.
    public var line: Int
    /// The text as written there.
    public var text: String
    /// `random`, `vanity` or `signed`; nil means `vanity`.
    public var kind: String?
    /// Its terms.
    public var terms: CodeTerms
    /// The campaign by its key, where the file names it so; wins over ``terms``.
    public var campaignKey: String?
    /// The spelling that people know; nil means that of ``text``.
    public var label: String?

    /// Makes a row.
    public init(
        line: Int, text: String, kind: String? = nil, terms: CodeTerms = CodeTerms(), campaignKey: String? = nil,
        label: String? = nil
    ) {
        self.line = line
        self.text = text
        self.kind = kind
        self.terms = terms
        self.campaignKey = campaignKey
        self.label = label
    }
}
