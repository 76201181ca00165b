import Domain
import JSONText
import Wire

/// A word of a closed set, as a member of a resource and as the value of a parameter.
protocol MemberWord: MemberValue, WireWord {}

extension MemberWord {
    /// All words, in the order of their declaration.
    static var words: [String] { allCases.map(\.word) }
    static var schema: JSONTree { ["type": "string", "enum": .array(words.map { .string($0) })] }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.string(word) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.cell(word) }
}
