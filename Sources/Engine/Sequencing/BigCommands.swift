internal import Domain
internal import Synchronization

/// The signals between big commands and the sequencer's loop.
final class BigCommands: Sendable {
    /// The kinds of big commands that have places of their own.
    enum Kind: UInt8, CaseIterable {
        /// Everything that it needs is there when it begins.
        case whole
        /// Its caller brings what it needs piece by piece, however slowly.
        case fed
    }

    /// The most of a kind that are carried out at a time.
    static let concurrentMax = 4

    /// True if the overlay can take a piece without a wait for the applier.
    let hasRoom = Atomic<Bool>(true)
    /// True if work of an abandoned command is pending: until a range is removed, its unique keys look taken.
    let hasAbandoned = Atomic<Bool>(false)
    /// True if others were decided a moment ago, who want their share of the time.
    let hasCompany = Atomic<Bool>(false)
    /// The number of those that wait until the overlay can take a piece.
    private let roomAwaited = Atomic<Int>(0)
    private let state = Mutex(State())

    private struct State {
        var running = PerCase<Kind, Int>()
        /// The work of commands that are carried out in this process, by the numbers that tell it apart.
        var owned: Set<EntityNumber> = []
    }

    /// Takes a place among those that are carried out; false when there are too many.
    func enter(_ kind: Kind) -> Bool {
        state.withLock { state in
            guard state.running[kind] < BigCommands.concurrentMax else { return false }
            state.running[kind] += 1
            return true
        }
    }

    /// Gives the place back.
    func leave(_ kind: Kind) { state.withLock { $0.running[kind] -= 1 } }

    /// True if somebody waits until the overlay can take a piece.
    var isRoomAwaited: Bool { roomAwaited.load(ordering: .acquiring) > 0 }

    /// Notes that one more, or one fewer, waits for room.
    func awaitRoom(_ change: Int) { roomAwaited.wrappingAdd(change, ordering: .acquiringAndReleasing) }

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
