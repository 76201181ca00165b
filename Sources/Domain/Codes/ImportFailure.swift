internal import Store

/// The reason why a row of an import was left out.
public struct ImportFailure: Equatable, Sendable {
    /// Where the row stands in the caller's file.
    public var line: Int
    /// Its text as written there.
    public var text: String
    /// For programs: `malformed`, `taken`, `duplicate`, `campaign_not_found` or `invalid_field`.
    public var code: String
    /// For people.
    public var message: String
}
