/// The outcome of extending a live hold.
public enum HoldExtension: Equatable, Sendable {
    /// The hold with the end that it has now.
    case extended(Hold)
    /// Its promise does not stand any more: its places were given back.
    case refused(Refusal)
}
