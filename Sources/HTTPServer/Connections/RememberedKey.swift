import API
import Engine
internal import Glibc

/// The key that a connection showed last, and what it may do.
///
/// Holds for one generation of the keys, so that a revoked key stops working with the next request.
///
/// A class, so that looking at it copies nothing.
final class RememberedKey: Sendable {
    private let authorization: [UInt8]
    private let tenant: String?
    private let generation: Int
    private let access: Access

    /// Remembers what `authorization` and `tenant` were resolved to.
    ///
    /// - Parameters:
    ///   - authorization: The value of the header `Authorization`.
    ///   - tenant: The tenant that the request named; nil for none.
    ///   - generation: The generation of the keys before the lookup.
    ///   - access: The result of the lookup.
    init(_ authorization: UnsafeRawBufferPointer, tenant: String?, generation: Int, access: Access) {
        self.authorization = Array(authorization)
        self.tenant = tenant
        self.generation = generation
        self.access = access
    }

    /// The permissions of the key, if it is the remembered one and still holds.
    func access(
        _ given: UnsafeRawBufferPointer, tenant: String? = nil, by authenticator: Authenticator
    ) -> Access? {
        guard generation == authenticator.generation, isFor(given), tenant == self.tenant,
            !authenticator.isExpired(access)
        else { return nil }
        return access
    }

    private func isFor(_ given: UnsafeRawBufferPointer) -> Bool {
        guard given.count == authorization.count else { return false }
        return authorization.withUnsafeBytes { known in
            guard let known = known.baseAddress, let start = given.baseAddress else { return true }
            return memcmp(known, start, given.count) == 0
        }
    }
}
