/// The result of taking codes back.
public struct RevokedCodes: Equatable, Sendable {
    /// A code that is not there, as it was asked for.
    public enum Unknown: Equatable, Sendable {
        case text(String)
        case number(EntityNumber)
    }

    /// The codes that were taken back.
    public var revoked = 0
    /// The codes that had been taken back before.
    public var already = 0
    /// The codes that are not there, in the order in which they were asked for.
    public var unknown: [Unknown] = []
}
