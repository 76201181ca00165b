public import Journal

/// A tenant as the root sees it.
public struct TenantView: Equatable, Sendable {
    /// Its internal number.
    public var number: TenantNumber
    /// Its name in the API, `^[a-z0-9][a-z0-9-]{0,49}$`.
    public var id: String
    /// Its name for people.
    public var name: String
    /// When it was made.
    public var createdAt: Timestamp
}
