package import Domain
import Journal
import Wire

/// The scope that an operation needs of a key.
package enum Permission: String, CaseIterable, Sendable {
    /// Needs no key.
    case nothing
    case claims
    case read
    /// Figures, which name neither codes nor people.
    case metrics
    case admin
    /// Following, without power over roles and epochs.
    case replicate
    /// The whole state as one file.
    case backup
    case root

    /// The scopes of which a key needs one.
    package var scopes: KeyScopes {
        switch self {
        case .nothing: []
        case .claims: [.claims, .admin, .root]
        case .read: [.read, .admin, .root]
        case .metrics: [.metrics, .read, .admin, .root]
        case .admin: [.admin, .root]
        case .replicate: [.replicate, .root]
        case .backup: [.backup, .replicate, .root]
        case .root: .root
        }
    }
}
