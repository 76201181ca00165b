import Synchronization

/// The codes that are claimed, and the campaigns.
final class CodePool: Sendable {
    struct Code: Sendable {
        var id: Int
        var text: String
        var limit: Int
    }

    private struct State {
        var endless: Code?
        var campaign = 0
        var contended: [Code] = []
        var seats: (id: Int, key: String)?
    }

    private let state = Mutex(State())

    /// A code that never runs out.
    var endless: Code? { state.withLock { $0.endless } }
    /// The campaign of every code.
    var campaign: Int { state.withLock { $0.campaign } }
    /// Codes of few places, for which more people ask than there are places.
    var contended: [Code] { state.withLock { $0.contended } }
    /// A campaign that is claimed without a code.
    var seats: (id: Int, key: String)? { state.withLock { $0.seats } }

    func set(campaign: Int, endless: Code) {
        state.withLock { state in
            state.campaign = campaign
            state.endless = endless
        }
    }

    func set(seats id: Int, _ key: String) { state.withLock { $0.seats = (id, key) } }
    func add(contended code: Code) { state.withLock { $0.contended.append(code) } }
    func remove(contended text: String) { state.withLock { $0.contended.removeAll { $0.text == text } } }
}
