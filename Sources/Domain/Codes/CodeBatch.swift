internal import Store

/// The codes of one batch.
///
/// Views are made one at a time.
public struct CodeBatch: Sendable {
    private let template: CodeView
    private let first: EntityNumber
    private let texts: [String]

    init(template: CodeView, first: EntityNumber, texts: [String]) {
        self.template = template
        self.first = first
        self.texts = texts
    }

    /// The number of codes.
    public var count: Int { texts.count }

    /// The internal number of a code, in order of creation.
    public func number(at index: Int) -> EntityNumber { EntityNumber(rawValue: first.rawValue + UInt64(index)) }

    /// The text of a code.
    public func text(at index: Int) -> String { texts[index] }

    /// A code as it was when it was made.
    public func view(at index: Int) -> CodeView {
        var view = template
        view.number = number(at: index)
        view.text = texts[index]
        return view
    }
}
