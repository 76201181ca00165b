internal import Store

/// The codes of one batch.
///
/// Views are made one at a time.
public struct CodeBatch: Sendable {
    /// The codes without their texts: all that a repeat of the command needs to be answered alike.
    public let codes: MadeCodes
    private let template: CodeView
    private let texts: [String]

    init(codes: MadeCodes, template: CodeView, texts: [String]) {
        self.codes = codes
        self.template = template
        self.texts = texts
    }

    /// The number of codes.
    public var count: Int { texts.count }

    /// The internal number of a code, in order of creation.
    public func number(at index: Int) -> EntityNumber { codes.number(at: index) }

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
