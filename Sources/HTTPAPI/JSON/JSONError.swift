/// Why a text is not JSON, and where.
struct JSONError: Error, Equatable {
    /// What was wrong, for people.
    var reason: String
    /// The byte at which reading stopped, from 0.
    var offset: Int
}
