internal import Domain
internal import Journal
internal import Store
internal import Synchronization

/// Giving layers to the applier, and dropping what LMDB has.
extension SequencerLoop {
    func noteFirstChange() {
        if layerBegan == nil, sequencer.transaction.activeLayerSize.entries > 0 {
            layerBegan = seams.clock.monotonicNanoseconds()
        }
    }

    var isLayerLarge: Bool {
        let size = sequencer.transaction.activeLayerSize
        return size.entries >= configuration.layerEntries || size.bytes >= configuration.layerBytes
    }

    /// Gives a layer that is full to the applier at once.
    ///
    /// - Returns: false when the applier is busy and the next layer twice its size: the log waits for it then, so that
    ///   memory stays bounded and the inbox pushes back.
    func sealIfLarge() -> Bool {
        guard isLayerLarge else { return true }
        if applier.isBusy {
            applier.hurry()
            // Nothing is added to the next layer until there is room for this one: writes are refused.
            if applier.lacksRoom { return true }
            let size = sequencer.transaction.activeLayerSize
            return size.entries < 2 * configuration.layerEntries && size.bytes < 2 * configuration.layerBytes
        }
        rebaseIfApplied()
        seal()
        return true
    }

    /// Brings LMDB up to the last frame, as far as that is possible at present.
    ///
    /// - Returns: False while the applier has to advance first; true when LMDB is there, or will not get there.
    func settleLayers() -> Bool {
        rebaseIfApplied()
        guard layersInFlight == 0 else {
            applier.hurry()
            return hasFailed && !applier.isBusy || applier.lacksRoom
        }
        guard sequencer.transaction.activeLayerSize.entries > 0 else { return true }
        seal()
        applier.hurry()
        return layersInFlight == 0
    }

    /// True if the next step waits for the applier.
    var isHeldUpByApplier: Bool { !control.isEmpty || wait == .control(nanoseconds: nil) }

    /// True if the journal or LMDB has failed: the node does nothing more then.
    var hasFailed: Bool { sequencer.failure != nil || shared.failureReason != nil }

    func sealIfDue() {
        noteFirstChange()
        if shared.applied.isAwaited || isRoomWanted && !hasCompany { applier.hurry() }
        guard let layerBegan, !applier.isBusy else { return }
        let age = seams.clock.monotonicNanoseconds() &- layerBegan
        let isOld = age >= UInt64(configuration.commitIntervalMilliseconds) * 1_000_000
        if isOld || isLayerLarge || isRoomWanted || shared.applied.isAwaited { seal() }
    }

    func seal() {
        sequencer.synchronize()
        // A frame that too few followers have can be lost with this node, so no reader sees it before.
        let isWithheld = sequencer.unconfirmed != nil && sequencer.standing.authority == .primary
        guard !hasFailed, !isWithheld else { return }
        let allowed = allowedNanoseconds
        let layer = sequencer.transaction.sealLayer(reusing: recycled)
        recycled = nil
        layerBegan = nil
        layersInFlight += 1
        shared.sealed.withLock { $0 = sequencer.logged.position }
        applier.submit(
            Applier.Job(layer: layer, target: sequencer.logged, allowedNanoseconds: allowed))
    }

    /// The nanoseconds that the applier may take for the layer: two thirds of the time in which the next one grows
    /// old, unless it was full before that or a reader waits for it; a tenth when a big command waits for room beside
    /// claims, and none when nobody claims.
    var allowedNanoseconds: UInt64 {
        guard !isLayerLarge, !shared.applied.isAwaited else { return 0 }
        let interval = UInt64(configuration.commitIntervalMilliseconds) * 1_000_000
        guard isRoomWanted else { return interval * 2 / 3 }
        return hasCompany ? interval / 10 : 0
    }

    /// Drops from the overlay what LMDB holds now.
    func rebaseIfApplied() {
        let finished = applier.takeFinished()
        guard !finished.isEmpty else { return }
        do {
            sequencer.transaction.rebase(onto: try store.snapshot(), appliedLayers: finished.count)
            layersInFlight -= finished.count
            recycled = finished.last
            countWaiting()
        } catch {
            shared.fail(EngineError(.storageFailed, error.message))
        }
    }

    /// Counts the things that wait for their time.
    func countWaiting() {
        for kind in DeadlineKind.allCases {
            waiting[kind] = sequencer.transaction.base.count(Deadlines.of(kind).table)
        }
    }

    func keepKeyFilter() {
        guard sequencer.standing.authority == .primary else { return }
        keyFilter.keep(sequencer.transaction, now: seams.clock.monotonicNanoseconds())
    }
}
