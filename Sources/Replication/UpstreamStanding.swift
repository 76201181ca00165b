public import Journal

/// The standing of an upstream, as it reports it.
public struct UpstreamStanding: Hashable, Sendable {
    /// Its position when it answered.
    public var position: LogPosition
    /// Where writes go, if it says so: itself when it is the primary.
    public var primary: String?

    /// Notes what it said.
    public init(position: LogPosition, primary: String? = nil) {
        self.position = position
        self.primary = primary
    }
}
