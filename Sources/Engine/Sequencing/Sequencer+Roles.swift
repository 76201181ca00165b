internal import Domain
internal import Journal
internal import Store

/// Following another node's log, and taking over from it.
extension Sequencer {
    /// Appends frames of the primary as they are, syncs, takes their effects over.
    ///
    /// - Throws: `frameRejected`: a frame is damaged, of an older epoch, or not the next one; those before it are
    ///   taken and durable. `diskFull`: likewise. `storageFailed`: the node must stop.
    func follow(_ frames: RawSpan, of epoch: UInt64) throws(EngineError) {
        if let failure { throw failure }
        guard epoch >= standing.epoch else {
            throw EngineError(
                .frameRejected,
                "Frames of a node of epoch \(epoch) are refused: there is a primary of epoch \(standing.epoch).")
        }
        guard standing.authority == .replica else {
            throw EngineError(.frameRejected, "A primary takes no frames of another node.")
        }
        // Like commands; frames stay with the primary until there is room.
        guard !isDiskFull else { throw Sequencer.diskFullError }
        var offset = 0
        var trouble: EngineError?
        while offset < frames.byteCount, trouble == nil {
            do throws(EngineError) {
                offset += try take(frames.extracting(offset..<frames.byteCount))
            } catch {
                trouble = error
            }
        }
        if unsyncedFrames > 0, failure == nil {
            synchronize()
            if failure == nil {
                for entry in followedEpochs { epochBegan(entry) }
                loggedThrough(logged)
                if !followedCredentials.isEmpty { credentialsChanged(followedCredentials) }
            }
        }
        followedCredentials = CredentialChanges()
        followedEpochs = []
        if transaction.touchedTables.contains(Tables.settings) { reloadPendingRanges() }
        transaction.finishFrame()
        time.hear(logged.time)
        if let error = failure ?? trouble { throw error }
    }

    /// Takes the first frame of the bytes; returns how long it is.
    private func take(_ bytes: RawSpan) throws(EngineError) -> Int {
        let header: FrameHeader
        do throws(FrameFault) {
            header = try FrameHeader(decoding: bytes)
        } catch {
            throw EngineError(.frameRejected, "A frame from the primary is damaged: \(error).")
        }
        guard header.frameBytes <= bytes.byteCount else {
            throw EngineError(.frameRejected, "A frame from the primary is cut off.")
        }
        let frame = bytes.extracting(0..<header.frameBytes)
        do throws(JournalError) {
            counts.frameBytes += UInt64(try journal.append(encoded: frame).storedBytes)
        } catch {
            switch error {
            case .rejected(let fault):
                throw EngineError(.frameRejected, "A frame from the primary does not continue the log here: \(fault).")
            case .noSpace: throw Sequencer.diskFullError
            default:
                fail(error)
                throw failure ?? Sequencer.diskFullError
            }
        }
        unsyncedFrames += 1
        counts.frames += 1
        counts.commands += UInt64(header.commandCount)
        logged = journal.end
        standing.epoch = max(standing.epoch, header.epoch)
        try adopt(frame, header)
        return header.frameBytes
    }

    /// The tables of which the node keeps something in memory.
    private static let followedTables: TableSet = {
        var tables = CredentialChanges.tables
        tables.insert(Tables.settings)
        return tables
    }()

    private func adopt(_ frame: RawSpan, _ header: FrameHeader) throws(EngineError) {
        do {
            var keys: [(TableID, [UInt8])] = []
            try decoder.withPayload(of: frame, header) { payload in
                try transaction.adopt(payload: payload, at: header.position, digest: header.digest) { table, key in
                    if Sequencer.followedTables.contains(table) { keys.append((table, Array(key))) }
                }
            }
            for (table, key) in keys {
                followedCredentials.note(table, key: key.span.bytes, in: transaction)
                guard table == Tables.settings else { continue }
                if let entry = Epochs.entry(key: key.span.bytes, in: transaction) { followedEpochs.append(entry) }
            }
        } catch {
            let reason = (error as? StoreError)?.message ?? "\(error)"
            let failure = EngineError(.storageFailed, reason)
            self.failure = failure
            throw failure
        }
    }

    /// The highest epoch that this node knows of.
    var knownEpoch: UInt64 {
        if case .superseded(let epoch) = standing.authority { return max(epoch, standing.epoch) }
        return standing.epoch
    }

    /// Begins to decide, in a new epoch whose first frame says so, and puts right what an earlier version of the primary
    /// before has written.
    ///
    /// - Precondition: `state` is the state after the last frame.
    /// - Complexity: O(stored answers).
    func becomePrimary(in epoch: UInt64, state: Snapshot) throws(StoreError) {
        precondition(epoch > logged.position.epoch, "a new primary begins a new epoch")
        let isBesideAnother = knownEpoch > logged.position.epoch
        standing = NodeStanding(authority: .primary, epoch: epoch, primary: nil)
        // From here on this node's log is the history, whoever else has it.
        endWithholding()
        journal.becomePrimary()
        time.hear(logged.time)
        due = DueQueue()
        beginEpoch(isBesideAnother: isBesideAnother, making: StateRepairs(of: state))
    }

    /// Begins the epoch of this node's standing: its first frame says where the log stood.
    ///
    /// Where the disk has no room for that frame, it is written with the first batch that the disk takes.
    ///
    /// - Parameters:
    ///   - numbersFrom: the lowest number of new things, as a restore has noted it.
    ///   - isBesideAnother: true if the node knew of another epoch that its log lacks.
    ///   - repairs: what the same frame puts right.
    func beginEpoch(
        numbersFrom: UInt64? = nil, isBesideAnother: Bool = false, making repairs: StateRepairs = StateRepairs()
    ) {
        let entry = Epochs.Entry(epoch: standing.epoch, sequenceBefore: logged.position.sequence)
        dueEpoch = DueEpoch(
            entry: entry, numbersFrom: numbersFrom, isBesideAnother: isBesideAnother, repairs: repairs)
        withoutFollowers { run([]) }
    }
}
