import Domain
import Journal
import Wire

/// The scope that an operation needs of a key.
package enum Permission: String, Sendable {
    /// Needs no key.
    case nothing
    case claims
    case read
    case admin
    case replicate
    case root
}
