import Crypto
import Engine
import Invitations
import Journal
import Store
import Synchronization

/// Turns `Authorization` and `Usher-Tenant` into an ``Access``, from memory where it can.
///
/// What it remembers holds for one generation of keys and tenants: the engine counts a new one up as soon as a change
/// of them is durable, so that a revoked key stops working with the next request.
final class Authenticator: Sendable {
    /// What came of a look at the keys.
    typealias Resolution = Result<Access, Problem>

    private struct Memory {
        var generation = -1
        var resolutions: [String: Resolution] = [:]
    }

    /// Beyond this many remembered headers all are forgotten, so that guessing keys can not fill the memory.
    private static let rememberedMax = 10_000

    private let engine: Engine
    private let rootKeyHash: SHA256.Digest?
    private let memory = Mutex(Memory())
    private let clock = SystemClock()

    init(engine: Engine, rootKey: String?) {
        self.engine = engine
        rootKeyHash = rootKey.map { SHA256.hash(data: Array($0.utf8)) }
    }

    /// The generation that a remembered resolution belongs to.
    var generation: Int { engine.keysGeneration }

    /// What is remembered for these two fields; nil when nothing valid is.
    func remembered(authorization: String?, tenant: String?) -> Resolution? {
        guard let authorization else { return .failure(.unauthenticated) }
        let name = Authenticator.memoryKey(authorization, tenant)
        let generation = self.generation
        let found = memory.withLock { memory in memory.generation == generation ? memory.resolutions[name] : nil }
        if case .success(let access)? = found, isExpired(access) { return .failure(.unauthenticated) }
        return found
    }

    /// Looks the key up.
    ///
    /// Waits for the sequencer, whose view is the current one.
    func resolve(authorization: String?, tenant: String?) async -> Resolution {
        guard let authorization, let token = Authenticator.bearerToken(authorization) else {
            return .failure(.unauthenticated)
        }
        if let known = remembered(authorization: authorization, tenant: tenant) { return known }
        let generation = self.generation
        let (resolution, isCurrent) = await look(up: token, tenant: tenant)
        guard isCurrent else { return resolution }
        // A tenant that is unknown now may be made without a new generation.
        if case .failure(let problem) = resolution, problem.status >= 500 || problem.status == 404 { return resolution }
        memory.withLock { memory in
            if memory.generation != generation || memory.resolutions.count >= Authenticator.rememberedMax {
                memory.resolutions.removeAll()
                memory.generation = generation
            }
            memory.resolutions[Authenticator.memoryKey(authorization, tenant)] = resolution
        }
        return resolution
    }

    /// Whether the key's time is over.
    ///
    /// Keys without an end never ask the clock.
    func isExpired(_ access: Access) -> Bool {
        guard let expiresAt = access.expiresAt else { return false }
        return clock.wallMilliseconds() >= expiresAt.milliseconds
    }

    /// - Returns: what came of it, and whether it is of the current state and may be remembered.
    private func look(up token: String, tenant: String?) async -> (Resolution, isCurrent: Bool) {
        let hash = SHA256.hash(data: Array(token.utf8))
        // Digests compare in constant time.
        let isRoot = rootKeyHash.map { $0 == hash } ?? false
        let tenantID = tenant ?? "default"
        let question = Question(
            hash: Array(hash), isRoot: isRoot, tenantID: tenantID, namesTenant: tenant != nil)
        do {
            return (try await engine.view { state, now in question.answer(in: state, now: now) }.value, true)
        } catch  where error.code == .tooFewReplicas {
            // The followers that are waited for must get in: the newest commit is enough to know them by.
            let read = try? await engine.read(current: false) { snapshot, now in
                question.answer(in: snapshot, now: now)
            }
            guard case .success(let access)? = read?.value else { return (.failure(Problem(error)), false) }
            return (.success(access), false)
        } catch {
            return (.failure(Problem(error)), false)
        }
    }

    /// A key whose access is asked for.
    private struct Question: Sendable {
        var hash: [UInt8]
        var isRoot: Bool
        var tenantID: String
        var namesTenant: Bool

        func answer(in state: some StateReading, now: Timestamp) -> Resolution {
            if isRoot {
                return Authenticator.rootAccess(tenantID: tenantID, scopes: .root, credential: nil, state: state)
            }
            guard let found = APIKeys.credential(hash: hash, state: state, now: now) else {
                return .failure(.unauthenticated)
            }
            if found.scopes.contains(.root) {
                return Authenticator.rootAccess(
                    tenantID: tenantID, scopes: found.scopes, credential: found, state: state)
            }
            if namesTenant { return .failure(.forbidden("root")) }
            return .success(
                Access(
                    tenant: found.tenant, scopes: found.scopes, credential: found.number, expiresAt: found.expiresAt))
        }
    }

    private static func rootAccess(
        tenantID: String, scopes: KeyScopes, credential: Credential?, state: some StateReading
    ) -> Resolution {
        guard let number = Tenants.number(id: tenantID, state: state) else { return .failure(.notFound("Tenant")) }
        return .success(
            Access(
                tenant: number, scopes: scopes, credential: credential?.number ?? EntityNumber(rawValue: 0),
                expiresAt: credential?.expiresAt))
    }

    private static func memoryKey(_ authorization: String, _ tenant: String?) -> String {
        guard let tenant else { return authorization }
        // A field value has no line feed, so that the pair is unambiguous.
        return authorization + "\n" + tenant
    }

    /// The token of `Bearer <token>`; the scheme is read regardless of case.
    static func bearerToken(_ authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].trimmingPrefix(" ")
        return token.isEmpty ? nil : String(token)
    }
}
