/// The kind of a word that reward policies use.
///
/// The raw values are stored and never reused.
public enum RewardWordKind: UInt8, Sendable {
    /// A unit of amounts that a tenant has named.
    case unit = 1
    /// A currency, by its code of ISO 4217.
    case currency = 2
    /// A family of campaigns in which a person has one referrer.
    case family = 3
}
