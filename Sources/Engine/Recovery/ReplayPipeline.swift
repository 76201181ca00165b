internal import Journal
internal import Store
internal import Synchronization

/// Brings frames into LMDB by two threads: the caller's decodes while the applier's writes the layer before.
///
/// Confined to the thread that made it. Call ``close()`` at the end, also after an error.
final class ReplayPipeline {
    private let replay: FrameReplay
    private let applier: Applier
    private let failure: FailureSlot
    /// Where the layer that is being built leads to.
    private var reached: JournalPoint

    /// The keys of a layer: enough that LMDB's commits are few, few enough that the overlay's index stays in the
    /// processor's caches.
    private static let layerEntries = 400_000

    init(store: StateStore, from point: JournalPoint, threads: any EngineThreads) {
        let failure = FailureSlot()
        self.failure = failure
        reached = point
        replay = FrameReplay(store: store, entriesMax: ReplayPipeline.layerEntries)
        applier = Applier(store: store, threads: threads, finished: { _ in }, failed: { failure.set($0) })
    }

    /// Takes the next frame.
    ///
    /// - Returns: whether a layer was full and went to the applier.
    /// - Throws: `StoreError` of this frame, or of a layer before it.
    func add(payload: RawSpan, leadingTo point: JournalPoint) throws(StoreError) -> Bool {
        try replay.add(payload: payload, at: point.position)
        reached = point
        guard replay.isFull else { return false }
        try seal()
        return true
    }

    /// Waits until LMDB has every frame that was added.
    ///
    /// - Throws: `StoreError` of whichever layer failed.
    func flush() throws(StoreError) {
        if !replay.isEmpty { try seal() }
        applier.waitUntilIdle()
        try failure.check()
    }

    /// Ends the applier's thread.
    func close() {
        applier.waitUntilIdle()
        applier.stop()
    }

    private func seal() throws(StoreError) {
        applier.waitUntilIdle()
        try failure.check()
        let recycled = applier.takeFinished().last
        applier.submit(Applier.Job(layer: replay.seal(reusing: recycled), target: reached))
    }

    /// The error of the applier's thread.
    private final class FailureSlot: Sendable {
        private let error = Mutex<StoreError?>(nil)

        func set(_ failure: StoreError) { error.withLock { $0 = failure } }

        func check() throws(StoreError) {
            if let failure = error.withLock({ $0 }) { throw failure }
        }
    }
}
