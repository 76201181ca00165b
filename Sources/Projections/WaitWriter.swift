internal import Store

/// Writes times-to-redeem: the trees of each changed bucket of each level.
enum WaitWriter {
    /// Adds sums by second to the trees; false when a count would fall below 0.
    static func write(_ sums: [GroupedSum<WaitGroup>], _ writer: inout ProjectionWriter) throws(StoreError) -> Bool {
        guard !sums.isEmpty else { return true }
        let whole = sums.map { sum in
            var sum = sum
            sum.group.campaign = 0
            return sum
        }
        let campaigns = sums.filter { $0.group.campaign != 0 }
        return try writer.withCursor(MetricsTables.waits) { (cursor) throws(StoreError) in
            for scoped in [whole.merged(), campaigns] {
                for level in TimeLevel.allCases {
                    guard try write(scoped, level, &cursor) else { return false }
                }
            }
            return true
        }
    }

    private static func write(
        _ sums: [GroupedSum<WaitGroup>], _ level: TimeLevel, _ cursor: inout RecordCursor
    ) throws(StoreError) -> Bool {
        var deltas: [WaitDelta] = []
        var start = 0
        while start < sums.count {
            let first = sums[start].group
            let bucket = level.bucket(first.second)
            deltas.removeAll(keepingCapacity: true)
            var end = start
            while end < sums.count, sums[end].group.isIn(first, level, bucket) {
                deltas.append(WaitDelta(wait: sums[end].group.wait, count: sums[end].first))
                end += 1
            }
            start = end
            // Within a second the sums are in order already.
            if level != .second { deltas = WaitDelta.merged(deltas) }
            let tree = WaitTree(tenant: first.tenant, campaign: first.campaign, level, bucket)
            guard try tree.add(deltas, through: &cursor) else { return false }
        }
        return true
    }
}

extension WaitGroup {
    fileprivate func isIn(_ other: WaitGroup, _ level: TimeLevel, _ bucket: UInt64) -> Bool {
        tenant == other.tenant && campaign == other.campaign && level.bucket(second) == bucket
    }
}

/// How the count of a time-to-redeem changes.
struct WaitDelta {
    var wait: UInt32
    var count: Int64

    /// In order of the waits, each once, without those that add up to nothing.
    static func merged(_ deltas: [WaitDelta]) -> [WaitDelta] {
        guard deltas.count > 1 else { return deltas.filter { $0.count != 0 } }
        var result: [WaitDelta] = []
        result.reserveCapacity(deltas.count)
        for delta in deltas.sorted(by: { $0.wait < $1.wait }) {
            if let last = result.last, last.wait == delta.wait {
                result[result.count - 1].count += delta.count
            } else {
                result.append(delta)
            }
        }
        result.removeAll { $0.count == 0 }
        return result
    }
}
