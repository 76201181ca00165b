internal import Store

/// The part of a list to read.
public struct PageRequest: Equatable, Sendable {
    /// The length of a page when the caller does not say.
    public static let limitDefault = 500
    /// The longest page.
    public static let limitMax = 5000
    /// The most records read for one page.
    ///
    /// A page that has looked at so many ends as it is, however short, and names the place at which to continue.
    public static let visitsMax = 10_000

    /// The most items of the page.
    public var limit: Int
    /// The last number of the page before, as ``Page/next`` gave it; nil for the first page.
    public var after: EntityNumber?

    /// Makes a request; the limit is brought into 1…``limitMax``.
    public init(limit: Int = PageRequest.limitDefault, after: EntityNumber? = nil) {
        self.limit = min(max(limit, 1), PageRequest.limitMax)
        self.after = after
    }
}
