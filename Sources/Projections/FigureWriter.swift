internal import Store

/// Writes figures: each changed bucket of each level once, for the whole tenant and for each campaign.
enum FigureWriter {
    /// Adds sums by second to the records; false when one would fall below 0.
    static func write(
        _ sums: [GroupedSum<FigureGroup>], _ writer: inout ProjectionWriter
    ) throws(StoreError) -> Bool {
        guard !sums.isEmpty else { return true }
        let whole = sums.map { sum in
            var sum = sum
            sum.group.campaign = 0
            return sum
        }
        let campaigns = sums.filter { $0.group.campaign != 0 }
        return try writer.withCursor(MetricsTables.figures) { (cursor) throws(StoreError) in
            for scoped in [whole.merged(), campaigns] {
                for level in TimeLevel.allCases {
                    guard try write(scoped, level, &cursor) else { return false }
                }
            }
            return true
        }
    }

    private static func write(
        _ sums: [GroupedSum<FigureGroup>], _ level: TimeLevel, _ cursor: inout RecordCursor
    ) throws(StoreError) -> Bool {
        var figures = FigureSet()
        var bytes: [UInt8] = []
        var start = 0
        while start < sums.count {
            let first = sums[start].group
            let bucket = level.bucket(first.second)
            figures.removeAll()
            var end = start
            while end < sums.count, sums[end].group.isIn(first, level, bucket) {
                figures[sums[end].group.metric] += sums[end].first
                end += 1
            }
            start = end
            let key = MetricsKeys.bucket(tenant: first.tenant, campaign: first.campaign, level, bucket)
            guard !figures.isZero else { continue }
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
        }
        return true
    }
}

extension FigureGroup {
    fileprivate func isIn(_ other: FigureGroup, _ level: TimeLevel, _ bucket: UInt64) -> Bool {
        tenant == other.tenant && campaign == other.campaign && level.bucket(second) == bucket
    }
}
