/// The way in which codes came about.
public enum CodeSource: UInt8, WireWord {
    /// Drawn at random.
    case generated = 1
    /// A text that was chosen.
    case chosen = 2
    /// Taken over from elsewhere.
    case imported = 3
    /// Signed before, and claimed for the first time.
    case signed = 4

    /// The word on the wire.
    public var word: String {
        switch self {
        case .generated: "generated"
        case .chosen: "chosen"
        case .imported: "imported"
        case .signed: "signed"
        }
    }
}
