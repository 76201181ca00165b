package import Domain
package import Journal
import Wire

/// The tenant and the scopes that the API key of a request stands for.
package struct Access: Equatable, Sendable {
    /// The tenant that the request works on.
    package var tenant: TenantNumber
    /// The scopes of the key.
    package var scopes: KeyScopes
    /// The key's number; 0 for the root key.
    package var credential: EntityNumber
    /// The instant at which the key stops working.
    package var expiresAt: Timestamp?

    /// Who acts with the key.
    package var actor: Actor { Actor(key: credential, scopes: scopes) }

    /// True if the key has a permission.
    ///
    /// `admin` contains `claims` and `read`; `root` contains all.
    package func allows(_ need: Permission) -> Bool {
        if scopes.contains(.root) { return true }
        return switch need {
        case .nothing: true
        case .claims: scopes.contains(.claims) || scopes.contains(.admin)
        case .read: scopes.contains(.read) || scopes.contains(.admin)
        case .admin: scopes.contains(.admin)
        case .replicate: scopes.contains(.replicate)
        case .root: false
        }
    }
}
