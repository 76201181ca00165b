internal import Journal

/// Something that must never be: which rule is broken, and where.
public struct Violation: Equatable, Sendable, CustomStringConvertible {
    /// The name of the rule; stable, for programs.
    public var rule: String
    /// Where, for people.
    public var detail: String

    /// Both, on one line.
    public var description: String { "\(rule): \(detail)" }
}
