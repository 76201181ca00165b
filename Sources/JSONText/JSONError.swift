/// Why a text is not JSON, and where.
package struct JSONError: Error, Equatable {
    /// The fault in words, for people.
    package var reason: String
    /// The byte at which reading stopped, from 0.
    package var offset: Int

    @inlinable
    package init(reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}
