import Domain
import Journal
import Wire

/// What a route asks of a key.
package enum Permission: String, Sendable {
    /// Not even a key.
    case nothing
    case claims
    case read
    case admin
    case replicate
    case root
}
