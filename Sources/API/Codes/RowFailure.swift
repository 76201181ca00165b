import JSONText

/// A row of an import that was not taken, with the reason.
struct RowFailure: Equatable, Resource {
    /// The physical line that the row begins at, from 1.
    var line: Int
    /// The code's text, as far as it could be read.
    var text: String
    /// The word for programs.
    var code: String
    /// The sentence for people.
    var message: String

    static let schemaName = ""
    static let members: [Member<RowFailure>] = [
        Member("line", "The physical line that the row begins at, from 1.") { $0.line },
        Member("code", "The code's text, as far as it could be read.") { $0.text },
        Member("error", "The reason, for programs.") { $0.code },
        Member("message", "The reason, for people.") { $0.message },
    ]
}
