internal import Domain
internal import Synchronization

/// The signals between big commands and the sequencer's loop.
final class BigCommands: Sendable {
    /// The most that are carried out at a time.
    static let concurrentMax = 4

    /// True if the overlay can take a piece without a wait for the applier.
    let hasRoom = Atomic<Bool>(true)
    /// True if work of an abandoned command is pending: until a range is removed, its unique keys look taken.
    let hasAbandoned = Atomic<Bool>(false)
    private let state = Mutex(State())

    private struct State {
        var running = 0
        /// The work of commands that are carried out in this process, by the numbers that tell it apart.
        var owned: Set<EntityNumber> = []
    }

    /// Takes a place among those that are carried out; false when there are too many.
    func enter() -> Bool {
        state.withLock { state in
            guard state.running < BigCommands.concurrentMax else { return false }
            state.running += 1
            return true
        }
    }

    /// Gives the place back.
    func leave() { state.withLock { $0.running -= 1 } }

    /// Notes that work belongs to a command that is carried out.
    func own(_ end: EntityNumber) { state.withLock { _ = $0.owned.insert(end) } }

    /// Notes that nobody carries a command out any more.
    func disown(_ end: EntityNumber) {
        state.withLock { _ = $0.owned.remove(end) }
        // Until the loop has looked, somebody could begin who must not.
        hasAbandoned.store(true, ordering: .releasing)
    }

    /// The first work that belongs to nobody.
    func abandoned(of pending: PendingRanges) -> EntityNumber? {
        guard !pending.isEmpty else { return nil }
        return state.withLock { state in pending.ends.first { !state.owned.contains($0) } }
    }
}
