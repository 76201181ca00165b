/// The outcome of storing the root key that an operator gives at a start.
public struct GivenRootKey: Hashable, Sendable {
    /// The way in which the key came to be valid.
    public enum Change: Hashable, Sendable {
        /// It was valid before.
        case none
        /// It was made.
        case created
        /// It had been revoked, and is valid again.
        case reinstated
    }

    /// The key.
    public var number: EntityNumber
    /// The way in which it came to be valid.
    public var change: Change
    /// The key given before, if this one has taken its place and revoked it.
    public var revoked: EntityNumber?
}
