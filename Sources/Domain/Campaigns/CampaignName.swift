/// A campaign as a caller names it: by its number, by its key, or by a text that can be either.
public struct CampaignName: Equatable, Sendable {
    /// The number; nil where the text is none.
    public var number: EntityNumber?
    /// The key; nil where the caller gave a number.
    public var key: String?

    /// Names a campaign by its number.
    public init(_ number: EntityNumber) {
        self.number = number
    }

    /// Names a campaign by its key, or by the number that the same text stands for.
    public init(key: String, orNumber number: EntityNumber? = nil) {
        self.key = key
        self.number = number
    }
}
