/// The result of checking a code without claiming it.
public enum CodeValidation: Equatable, Sendable {
    /// A claim of one place by somebody new would succeed; `remaining` places are left under all limits, nil where there
    /// is none.
    case valid(kind: CodeKind, remaining: UInt64?)
    /// It would be refused.
    case refused(Refusal)
}
