/// The kind of a thing that falls due; the raw value is never reused.
public enum DeadlineKind: UInt8, CaseIterable, Sendable {
    /// A hold runs out.
    case hold = 1
    /// A stored answer has been kept long enough.
    case storedAnswer = 2
}
