internal import Store

/// Writes times-to-redeem: the trees of each changed bucket of each level.
enum WaitWriter {
    /// Adds sums by second to the trees; false when a count would fall below 0.
    static func write(_ sums: [GroupedSum<WaitGroup>], _ writer: inout ProjectionWriter) throws(StoreError) -> Bool {
        guard !sums.isEmpty else { return true }
        var deltas: [WaitDelta] = []
        return try writer.withCursor(MetricsTables.waits) { (cursor) throws(StoreError) in
            try ScopedSums(sums).allBuckets { (scoped, sums) throws(StoreError) in
                deltas.removeAll(keepingCapacity: true)
                for sum in sums { deltas.append(WaitDelta(wait: sum.group.wait, count: sum.first)) }
                // Within a second the sums are in order already.
                if scoped.level != .second { deltas = deltas.merged() }
                let tree = WaitTree(
                    tenant: scoped.tenant, campaign: scoped.campaign, scoped.level, scoped.bucket)
                return try tree.add(deltas, through: &cursor)
            }
        }
    }
}
