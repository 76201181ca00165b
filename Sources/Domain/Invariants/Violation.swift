internal import Journal

/// A broken rule, and the record that breaks it.
public struct Violation: Equatable, Sendable, CustomStringConvertible {
    /// The name of the rule; stable, for programs.
    public var rule: String
    /// Where, for people.
    public var detail: String

    /// Both, on one line.
    public var description: String { "\(rule): \(detail)" }
}
