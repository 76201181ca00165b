import Crypto
import Domain
package import Engine
import Journal
package import Wire

/// Turns `Authorization` and `Usher-Tenant` into an ``Access``.
///
/// Asks the engine's memory of credentials, which holds the acknowledged keys; it waits for neither the sequencer nor
/// the disk. A resolution that a connection remembers is valid for one ``generation``, so a revoked key stops working
/// with the next request.
package final class Authenticator: Sendable {
    /// The result of looking up a key.
    package typealias Resolution = Result<Access, Problem>

    private let engine: Engine
    /// The engine's memory of keys and tenants, held here because every request looks at it.
    private let credentials: CredentialDirectory
    private let rootKeyHash: KeyHash?
    private let strangers = StrangerLimit()
    private let clock = SystemClock()

    package init(engine: Engine, rootKey: String?) {
        self.engine = engine
        credentials = engine.credentials
        rootKeyHash = rootKey.flatMap { KeyHash(APIKeys.hash(of: $0)) }
    }

    /// The generation that a remembered resolution belongs to.
    package var generation: Int { credentials.generation }

    /// Looks up the key of a request.
    ///
    /// - Parameters:
    ///   - authorization: The value of `Authorization`.
    ///   - tenant: The value of `Usher-Tenant`.
    ///   - client: The network of the client. A client that shows unknown keys too often is told to wait; a known key is
    ///     never refused for that.
    /// - Returns: The access, or the problem to answer.
    package func resolve(authorization: String?, tenant: String?, from client: ClientNetwork?) -> Resolution {
        let resolution = look(up: authorization, tenant: tenant)
        guard case .failure(let problem) = resolution, problem.status == 401 else { return resolution }
        guard strangers.admits(client, now: clock.monotonicNanoseconds()) else { return .failure(.tooManyStrangers) }
        return resolution
    }

    /// True if the key's time is over.
    ///
    /// Keys without an end never ask the clock.
    package func isExpired(_ access: Access) -> Bool {
        guard let expiresAt = access.expiresAt else { return false }
        return engine.now >= expiresAt
    }

    /// Looks up a key without counting unknown ones.
    package func look(up authorization: String?, tenant: String?) -> Resolution {
        guard let token = authorization.flatMap(Authenticator.bearerToken),
            let hash = KeyHash(APIKeys.hash(of: token))
        else { return .failure(.unauthenticated) }
        let found = credentials.credential(hash)
        if hash == rootKeyHash {
            // Good for as long as the node runs, whatever becomes of the stored one, which gives it its number.
            let number = found?.number ?? EntityNumber(rawValue: 0)
            return access(
                Access(tenant: .system, scopes: .root, credential: number, expiresAt: nil, isGivenRoot: true),
                to: tenant)
        }
        guard let found else { return .failure(.unauthenticated) }
        let access = Access(
            tenant: found.tenant, scopes: found.scopes, credential: found.number, expiresAt: found.expiresAt)
        guard !isExpired(access) else { return .failure(.unauthenticated) }
        if found.scopes.contains(.root) { return self.access(access, to: tenant) }
        return tenant == nil ? .success(access) : .failure(.forbidden("root"))
    }

    /// The access of a key that may choose its tenant.
    private func access(_ access: Access, to tenantID: String?) -> Resolution {
        guard let tenant = credentials.tenant(id: tenantID ?? "default") else { return .failure(.notFound("Tenant")) }
        var access = access
        access.tenant = tenant
        return .success(access)
    }

    /// The token of `Bearer <token>`; the scheme is read regardless of case.
    static func bearerToken(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].trimmingPrefix(" ")
        return token.isEmpty ? nil : String(token)
    }
}

extension Problem {
    /// 429: too many unknown keys came from one address.
    static var tooManyStrangers: Problem {
        var problem = Problem(
            429, "too_many_unknown_keys",
            "Too many requests with unknown API keys came from this address; wait, or send a valid key.")
        problem.retryAfterSeconds = StrangerLimit.retryAfterSeconds
        problem.closes = true
        return problem
    }
}
