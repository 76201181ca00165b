import Domain
import Journal

/// What a route asks of a key.
enum Permission: String, Sendable {
    /// Not even a key.
    case nothing
    case claims
    case read
    case admin
    case replicate
    case root
}
