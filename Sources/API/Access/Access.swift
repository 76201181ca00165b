package import Domain
package import Journal
import Wire

/// Who is asking, as far as an API key says: the tenant and what the key may do.
package struct Access: Equatable, Sendable {
    /// The tenant that the request works on.
    package var tenant: TenantNumber
    /// What the key may do.
    package var scopes: KeyScopes
    /// The key's number; 0 for the root key.
    package var credential: EntityNumber
    /// When the key stops to work.
    package var expiresAt: Timestamp?

    /// Whether the key may do what needs that scope.
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
