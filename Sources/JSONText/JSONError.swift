/// Why a text is not JSON, and where.
public struct JSONError: Error, Equatable {
    /// The fault in words, for people.
    public var reason: String
    /// The byte at which reading stopped, from 0.
    public var offset: Int

    /// Makes an error of a reason and an offset in bytes.
    @inlinable
    public init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
