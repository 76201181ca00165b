internal import Crypto

/// A new key: the only time that its text is known.
public struct CreatedKey: Sendable {
    /// The key as it is shown.
    public var view: KeyView
    /// The bearer token.
    ///
    /// Only its hash is stored.
    public var text: String
}
