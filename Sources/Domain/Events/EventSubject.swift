/// The kind of thing that an event happens to: events of one thing come in the order in which they happened.
public enum EventSubject: String, CaseIterable, Sendable {
    /// A redemption, by its number.
    case redemption
    /// A hold, by its number.
    case hold
    /// A code, by its number; for a batch by that of its first.
    case code
    /// A campaign, by its number.
    case campaign
    /// An API key, by its number.
    case key
    /// A tenant, by its number.
    case tenant
    /// A key that signs codes, by its id; it belongs to the node, not to a tenant.
    case signingKey = "signing key"
    /// A referral, by its number.
    case referral
    /// A reward, by its number.
    case reward
}
