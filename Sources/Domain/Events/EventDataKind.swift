/// Where the data of an event come from.
public enum EventDataKind: Equatable, Sendable {
    /// The redemption's row, which the same frame writes.
    case redemption
    /// The hold's row, which the same frame writes.
    case hold
    /// The referral's row, which the same frame writes.
    case referral
    /// The reward's row, which the same frame writes.
    case reward
    /// Members that were written down with the event; each may be absent.
    case members([EventMember])
}
