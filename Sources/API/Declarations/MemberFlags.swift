/// The care that a member of a resource needs.
struct MemberFlags: OptionSet, Sendable {
    let rawValue: UInt8

    /// Shown once, in the first answer, and never stored.
    static let secret = MemberFlags(rawValue: 1)
    /// Tells of a person, so that it is masked for those who must not know them.
    static let personal = MemberFlags(rawValue: 2)
}
