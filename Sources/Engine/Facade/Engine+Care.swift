internal import Store
internal import Synchronization

extension Engine {
    /// Frees the reader slots of processes that have died while they looked at the tables.
    ///
    /// Opening does it too, and so does a read that finds no slot. A slot that stays keeps its state's pages from being
    /// used again, so that the file grows. Call it from time to time; the server does it every minute.
    ///
    /// - Returns: The number of slots freed.
    @discardableResult
    public func clearStaleReaders() -> Int {
        guard let store = openStore else { return 0 }
        let cleared = store.clearStaleReaders()
        shared.staleReaders.add(UInt64(cleared), ordering: .relaxed)
        return cleared
    }
}
