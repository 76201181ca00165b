internal import Domain
internal import Store

/// Sees to it that the sequencer has a filter of the keys that claims look for in vain, made on a thread of its own.
///
/// It changes what looking costs, never what is found. Confined to the sequencer's thread.
struct KeyFilterKeeper {
    private static let pauseNanoseconds: UInt64 = 1_000_000_000

    private var running: (build: KeyFilterBuild, thread: any WorkThread)?
    private var began: UInt64?
    private let threads: any EngineThreads

    /// Makes a keeper that has made no filter yet.
    init(_ threads: any EngineThreads) { self.threads = threads }

    /// Begins a filter when there is none or it has become too small, and takes one that is made into use.
    ///
    /// - Parameters:
    ///   - transaction: The transaction that uses the filter.
    ///   - now: Monotonic nanoseconds; a build that failed is not tried again within a second.
    mutating func keep(_ transaction: Transaction, now: UInt64) {
        if transaction.isBuildingKeyFilter {
            transaction.advanceKeyFilter()
            return
        }
        if let ended = running {
            ended.thread.join()
            running = nil
        }
        guard transaction.keyFilterBytes == 0 || transaction.isKeyFilterFull else { return }
        if let began, now &- began < KeyFilterKeeper.pauseNanoseconds { return }
        began = now
        let build = transaction.beginKeyFilter(of: Tables.soughtInVain)
        running = (build, threads.start("usher-filter") { build.run() })
    }

    /// Ends what is running.
    mutating func stop() {
        guard let ended = running else { return }
        ended.build.cancel()
        ended.thread.join()
        running = nil
    }
}
