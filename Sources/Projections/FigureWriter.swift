internal import Store

/// Writes figures: each changed bucket of each level once, for the whole tenant and for each campaign.
enum FigureWriter {
    /// Adds sums by second to the records; false when one would fall below 0.
    static func write(
        _ sums: [GroupedSum<FigureGroup>], _ writer: inout ProjectionWriter
    ) throws(StoreError) -> Bool {
        guard !sums.isEmpty else { return true }
        var figures = FigureSet()
        var bytes: [UInt8] = []
        return try writer.withCursor(MetricsTables.figures) { (cursor) throws(StoreError) in
            try ScopedSums(sums).allBuckets { (scoped, sums) throws(StoreError) in
                figures.removeAll()
                for sum in sums { figures[sum.group.metric] += sum.first }
                return try write(&figures, scoped, &cursor, &bytes)
            }
        }
    }

    private static func write(
        _ figures: inout FigureSet, _ scoped: ScopedBucket, _ cursor: inout RecordCursor, _ bytes: inout [UInt8]
    ) throws(StoreError) -> Bool {
        guard !figures.isZero else { return true }
        let key = MetricsKeys.bucket(
            tenant: scoped.tenant, campaign: scoped.campaign, scoped.level, scoped.bucket)
        if let known = try cursor.find(key) {
            guard figures.add(decoding: known) else { return false }
        }
        guard !figures.hasNegative else { return false }
        if figures.isZero {
            try cursor.remove(key)
        } else {
            bytes.removeAll(keepingCapacity: true)
            figures.encode(to: &bytes)
            try cursor.put(key, bytes.span.bytes)
        }
        return true
    }
}
