import Synchronization

/// Bounds the number of times that one address is told that its key is unknown.
///
/// A token bucket in a table of fixed size: addresses that fall into one place share it, so that no number of addresses
/// takes more memory. Only requests with unknown keys ask here; a known key never does. Addresses stay in memory and
/// are shown nowhere.
final class StrangerLimit: Sendable {
    private struct Bucket {
        /// Thousandths of a request that may still be answered.
        var thousandths: Int64 = burst * 1000
        var seenNanoseconds: UInt64 = 0
    }

    /// Unknown keys that one address may show in a row.
    static let burst: Int64 = 100
    /// The unknown keys that one address may show in a second after that.
    static let perSecond: Int64 = 2
    static let retryAfterSeconds = 10

    private static let placeCount = 4096
    private let buckets = Mutex([Bucket](repeating: Bucket(), count: placeCount))

    /// True if a client may be told once more that its key is unknown.
    func admits(_ client: ClientNetwork?, now: UInt64) -> Bool {
        let place = StrangerLimit.place(of: client)
        return buckets.withLock { buckets in
            let elapsedMilliseconds = Int64(clamping: (now &- min(buckets[place].seenNanoseconds, now)) / 1_000_000)
            buckets[place].seenNanoseconds = now
            let gained = elapsedMilliseconds.multipliedReportingOverflow(by: StrangerLimit.perSecond)
            let thousandths = buckets[place].thousandths.addingReportingOverflow(gained.partialValue)
            let full = StrangerLimit.burst * 1000
            buckets[place].thousandths =
                gained.overflow || thousandths.overflow ? full : min(full, thousandths.partialValue)
            guard buckets[place].thousandths >= 1000 else { return false }
            buckets[place].thousandths -= 1000
            return true
        }
    }

    private static func place(of client: ClientNetwork?) -> Int {
        // The hasher's seed is chance, so that nobody can choose addresses that share a place with a victim's.
        Int(UInt(bitPattern: client.hashValue) % UInt(placeCount))
    }
}
