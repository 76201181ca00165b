import Domain
import JSONText
import Wire

/// The reason why no claim is let in: of the campaign or of the code.
struct ClosedReason: MemberValue {
    private let word: String

    init(_ refusal: Refusal) {
        word = refusal.ineligibility?.reason.word ?? refusal.reason.word
    }

    static var schema: JSONTree {
        let words = [RefusalReason.revoked.word, RefusalReason.expired.word] + IneligibleReason.words
        return ["type": "string", "enum": .array(words.map { .string($0) })]
    }
    func write(to writer: inout JSONWriter, _ showing: Showing) { writer.string(word) }
    func writeCell(to writer: inout JSONWriter, _ showing: Showing) { writer.cell(word) }
}
