internal import Crypto
public import Journal

/// An API key as it is shown.
///
/// Its text is shown once, by ``CreatedKey``.
public struct KeyView: Equatable, Sendable {
    /// Its internal number.
    public var number: EntityNumber
    /// For people.
    public var name: String
    /// The scopes of the key.
    public var scopes: KeyScopes
    /// When it was made.
    public var createdAt: Timestamp
    /// When it stops working.
    public var expiresAt: Timestamp?
    /// When it was taken back.
    public var revokedAt: Timestamp?

    /// Changes with everything that is shown: what an `ETag` is made of.
    public var version: String { revokedAt == nil ? "1" : "2" }
}
