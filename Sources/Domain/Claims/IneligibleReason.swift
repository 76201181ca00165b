/// The causes of an ``Ineligibility``: a closed set, in the order in which they are looked at.
public enum IneligibleReason: String, WireWord {
    /// A campaign with codes was claimed by its key.
    case wrongType = "wrong_type"
    /// The campaign has not been opened yet.
    case draft
    /// The campaign is closed for the moment.
    case paused
    /// The campaign is over: it was ended, or its window is.
    case ended
    /// The campaign's window has not begun.
    case notStarted = "not_started"

    /// The word on the wire.
    public var word: String { rawValue }
}
