package import Domain
package import Journal
import Wire

/// The tenant and the scopes that the API key of a request stands for.
package struct Access: Equatable, Sendable {
    /// The tenant that the request works on.
    package var tenant: TenantNumber
    /// The scopes of the key.
    package var scopes: KeyScopes
    /// The key's number; 0 for a root key of the command line that no primary has stored.
    package var credential: EntityNumber
    /// The instant at which the key stops working.
    package var expiresAt: Timestamp?
    /// True for the root key of the command line.
    package var isGivenRoot = false

    /// Who acts with the key.
    package var actor: Actor { Actor(key: credential, scopes: scopes) }

    /// True if the key has a permission.
    package func allows(_ need: Permission) -> Bool {
        need == .nothing || !scopes.isDisjoint(with: need.scopes)
    }
}
