import Synchronization

/// The keys of the clients: texts that work, by scope.
final class KeyRing: Sendable {
    private struct State {
        var claims: [(id: Int, text: String)] = []
        var admin = ""
        var reader = ""
        var prober = ""
        var replicate = ""
    }

    private let state = Mutex(State())

    /// The root key of every start.
    static let root = "usher_soak_root_key_0123456789ABCDEF"

    var admin: String { state.withLock { $0.admin } }
    var reader: String { state.withLock { $0.reader } }
    var prober: String { state.withLock { $0.prober } }
    var replicate: String { state.withLock { $0.replicate } }

    func set(admin: String, reader: String, prober: String, replicate: String) {
        state.withLock { state in
            (state.admin, state.reader, state.prober, state.replicate) = (admin, reader, prober, replicate)
        }
    }

    /// A key that claims; changes while it runs.
    func claims(using dice: inout Dice) -> String {
        let keys = state.withLock { $0.claims.map(\.text) }
        return dice.pick(keys) ?? prober
    }

    func add(claims id: Int, _ text: String) { state.withLock { $0.claims.append((id, text)) } }

    /// Takes the oldest key out, when there are enough others: it is about to be revoked.
    func takeOldest(leaving count: Int) -> (id: Int, text: String)? {
        state.withLock { $0.claims.count > count ? $0.claims.removeFirst() : nil }
    }
}
