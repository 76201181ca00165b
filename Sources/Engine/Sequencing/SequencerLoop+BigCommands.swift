internal import Domain
internal import Store
internal import Synchronization

/// Settling what big commands have left, and telling those that run whether there is room.
extension SequencerLoop {
    /// Settles a piece of a big command that nobody carries out any more, then gives others time.
    ///
    /// Removes hidden records that it has made, and writes the rows of codes that it has revoked.
    func removal() -> Decision<Bool>? {
        guard hasWorkOfNobody, seams.clock.monotonicNanoseconds() >= nextRemoval, hasRoom,
            let end = shared.bigCommands.abandoned(of: sequencer.pendingRanges)
        else { return nil }
        removalBegan = seams.clock.monotonicNanoseconds()
        return Decision(
            by: .node,
            { context in
                PendingRanges.settlePiece(ofWorkBefore: end, in: &context)
                return true
            }, answer: { _ in })
    }

    /// True if an abandoned big command can be settled here and now.
    var hasWorkOfNobody: Bool {
        !sequencer.pendingRanges.isEmpty && sequencer.standing.authority == .primary && sequencer.failure == nil
            && sequencer.canWrite && shared.bigCommands.abandoned(of: sequencer.pendingRanges) != nil
    }

    /// The most entries of a layer that big commands add to.
    ///
    /// Their texts are random, so LMDB writes a page for nearly each of them, and those who claim wait for the journal's
    /// sync behind the commit's: 16 MB of pages take a disk some 25 ms, 80 MB took it 120.
    static let bigCommandEntries = 12_000

    /// True if the overlay can take another piece of a big command.
    var hasRoom: Bool { sequencer.transaction.activeLayerSize.entries < SequencerLoop.bigCommandEntries }

    /// True if a big command waits for the layer to go.
    var isRoomWanted: Bool { !hasRoom && (shared.bigCommands.isRoomAwaited || hasWorkOfNobody) }

    /// The nanoseconds for which those who have claimed count as company: the next ones are expected by then.
    private static let companyNanoseconds: UInt64 = 1_000_000_000

    /// True if claims were decided a moment ago, so that big commands leave them half of the time.
    var hasCompany: Bool {
        guard let claimed else { return false }
        return seams.clock.monotonicNanoseconds() &- claimed < SequencerLoop.companyNanoseconds
    }

    /// Looks if claims were decided; costs those nothing while there is no big command.
    private func noteClaims() {
        let decided = sequencer.counts.claims.decided
        guard decided != claimsNoted else { return }
        claimsNoted = decided
        claimed = seams.clock.monotonicNanoseconds()
    }

    func tellBigCommands() {
        if !sequencer.pendingRanges.isEmpty {
            noteClaims()
            shared.bigCommands.hasCompany.store(hasCompany, ordering: .releasing)
        }
        shared.bigCommands.hasRoom.store(hasRoom, ordering: .releasing)
        let isAbandoned = shared.bigCommands.abandoned(of: sequencer.pendingRanges) != nil
        shared.bigCommands.hasAbandoned.store(isAbandoned, ordering: .releasing)
    }
}
