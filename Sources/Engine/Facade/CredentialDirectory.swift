public import Domain
internal import Synchronization

/// The API keys and tenant names of the acknowledged state, in memory: who is asking is known without the sequencer and
/// without the disk.
///
/// A follower's confirmation, a promotion and a health answer need a key; nothing that they need may wait for the
/// thread that waits for them. Keys that nobody has cost nothing here, so that strangers cannot push out known ones.
///
/// - Invariant: holds exactly what was acknowledged: a change enters when its frame is durable as configured, before
///   anybody is answered.
public final class CredentialDirectory: Sendable {
    private struct Contents {
        var keys: [KeyHash: Credential] = [:]
        var tenants: [[UInt8]: TenantNumber] = [:]
    }

    private let contents = Mutex(Contents())
    private let changeCount = Atomic<Int>(0)

    init() {}

    /// A number that is another one after every change: what was looked up is still true while it stays the same.
    public var generation: Int { changeCount.load(ordering: .acquiring) }

    /// The meaning of a key by its hash; nil when it is unknown or was taken back.
    ///
    /// Its end is not looked at: that needs a clock.
    public func credential(_ hash: KeyHash) -> Credential? { contents.withLock { $0.keys[hash] } }

    /// The number of the tenant with an id; nil when there is none.
    public func tenant(id: String) -> TenantNumber? { contents.withLock { $0.tenants[Array(id.utf8)] } }

    /// Takes over the changes of an acknowledged frame.
    func apply(_ changes: CredentialChanges) {
        guard !changes.isEmpty else { return }
        contents.withLock { contents in
            for (hash, credential) in changes.keys { contents.keys[hash] = credential }
            for (id, number) in changes.tenants { contents.tenants[Array(id.utf8)] = number }
        }
        changeCount.add(1, ordering: .releasing)
    }
}
