internal import Domain
internal import Journal
internal import Store
internal import Synchronization

/// Following, and the change of roles.
extension SequencerLoop {
    /// Takes over frames that the primary has decided, and makes them durable.
    ///
    /// - Parameters:
    ///   - frames: The frames, as they are stored.
    ///   - epoch: The epoch of the sender.
    ///   - record: Writes down in the directory that there is a new epoch.
    /// - Returns: The point after the last frame taken.
    /// - Throws: ``EngineError`` when a frame does not continue the log or cannot be stored.
    func follow(
        _ frames: [UInt8], of epoch: UInt64, _ record: (NodeStanding) throws(EngineError) -> Void
    ) throws(EngineError) -> JournalPoint {
        defer {
            noteFirstChange()
            publish()
        }
        let known = sequencer.standing.epoch
        try sequencer.follow(frames.span.bytes, of: epoch)
        if sequencer.standing.epoch != known {
            try record(sequencer.standing)
            tellAuthority()
        }
        return sequencer.logged
    }

    /// Hides the log's contents at the start until enough followers have them.
    func withholdLog() {
        guard sequencer.withholdLog() else { return }
        shared.hidesTables.store(true, ordering: .releasing)
        publish()
    }

    /// Notes where writes go, without a change of anything else.
    ///
    /// - Parameters:
    ///   - primary: The URL of the primary.
    ///   - epoch: The epoch of the node that says so. An older one than this node knows of speaks of a primary that
    ///     another has replaced.
    func note(primary: String, of epoch: UInt64) {
        guard sequencer.standing.authority != .primary, epoch >= sequencer.knownEpoch,
            sequencer.standing.primary != primary
        else { return }
        sequencer.standing.primary = primary
        tellAuthority()
    }

    /// True if ``promote(_:)`` can be done: LMDB has the last frame, or there is nothing to be done for.
    func isReadyToPromote() -> Bool {
        let isRefused = sequencer.standing.authority == .primary || hasFailed || sequencer.isDiskFull
        return isRefused || settleLayers()
    }

    /// Makes this node the primary of a new epoch.
    ///
    /// - Parameter record: Writes down in the directory what the node is now, before its first frame.
    /// - Returns: The position of the first frame of the epoch.
    /// - Throws: ``EngineError`` when it cannot be written down; the node is what it was before then.
    /// - Precondition: ``isReadyToPromote()``.
    func promote(_ record: (NodeStanding) throws(EngineError) -> Void) throws(EngineError) -> LogPosition {
        guard sequencer.standing.authority != .primary else { return sequencer.logged.position }
        if let failure = sequencer.failure { throw failure }
        guard !sequencer.isDiskFull else { throw Sequencer.diskFullError }
        guard layersInFlight == 0, sequencer.transaction.activeLayerSize.entries == 0 else {
            throw shared.failureReason ?? EngineError(.storageFailed, "The tables could not be brought up to date.")
        }
        var random = seams.makeRandom()
        let next = EpochNumber.next(
            after: sequencer.knownEpoch, wallMilliseconds: seams.clock.wallMilliseconds(), random: &random)
        guard let epoch = next else {
            throw EngineError(.unusableDirectory, "There is no higher epoch left for a new primary.")
        }
        let standing = NodeStanding(authority: .primary, epoch: epoch, primary: nil)
        try record(standing)
        do {
            try sequencer.becomePrimary(in: standing.epoch, state: store.snapshot())
        } catch {
            throw EngineError(.storageFailed, error.message)
        }
        noteFirstChange()
        publish()
        tellAuthority()
        if let failure = sequencer.failure { throw failure }
        return sequencer.logged.position
    }

    /// Learns that there is a newer primary.
    ///
    /// - Returns: whether that is news.
    func learn(
        epoch: UInt64, primary: String?, _ record: (NodeStanding) throws(EngineError) -> Void
    ) throws(EngineError) -> Bool {
        guard epoch > sequencer.standing.epoch else {
            // The node that told of the epoch first may not have known the URL of its primary.
            if epoch == sequencer.knownEpoch, let primary { try learn(primary: primary, record) }
            return false
        }
        var standing = NodeStanding(authority: sequencer.standing.authority, epoch: epoch, primary: primary)
        if standing.authority != .replica { standing.authority = .superseded(by: epoch) }
        try record(standing)
        // The new primary decides what becomes of a frame that followers have not confirmed.
        sequencer.stopAwaiting()
        sequencer.standing = standing
        tellAuthority()
        return true
    }

    /// Learns where the primary of the newest epoch is, of which this node knew before.
    private func learn(
        primary: String, _ record: (NodeStanding) throws(EngineError) -> Void
    ) throws(EngineError) {
        var standing = sequencer.standing
        guard standing.authority != .primary, standing.primary != primary else { return }
        standing.primary = primary
        try record(standing)
        sequencer.standing = standing
        tellAuthority()
    }

    func tellAuthority() {
        let standing = sequencer.standing
        shared.standing.withLock { $0 = standing }
        shared.decides.store(standing.authority == .primary, ordering: .releasing)
    }
}
