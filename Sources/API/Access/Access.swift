import Domain
import Journal

/// Who is asking, as far as an API key says: the tenant and what the key may do.
struct Access: Equatable, Sendable {
    /// The tenant that the request works on.
    var tenant: TenantNumber
    /// What the key may do.
    var scopes: KeyScopes
    /// The key's number; 0 for the root key.
    var credential: EntityNumber
    /// When the key stops to work.
    var expiresAt: Timestamp?

    /// Whether the key may do what needs that scope.
    ///
    /// `admin` contains `claims` and `read`; `root` contains all.
    func allows(_ need: Permission) -> Bool {
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
