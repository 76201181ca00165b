/// What falls due, by the number that figures count it under; never reused.
public enum DeadlineKind: UInt8, CaseIterable, Sendable {
    /// A hold runs out.
    case hold = 1
    /// A stored answer has been kept long enough.
    case storedAnswer = 2
}
