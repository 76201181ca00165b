import Domain

/// The way in which a value is shown: by which ids, and how much of it.
struct Showing: Sendable {
    /// The part of a value that is shown.
    enum Extent: Sendable {
        /// All members.
        case whole
        /// Secrets as null: what may be stored.
        case stored
        /// Secrets as null and personal members masked: what may be shown to anybody who may know of the thing.
        case masked
    }

    /// Turns internal numbers into the ids that are shown.
    var ids: PublicIDs
    var extent = Extent.whole

    /// The text in place of a personal member's.
    static let mask = "***"
}
