internal import Store

/// Writes the leaderboard: a count per issuer, the issuers in the order of their counts, and the counts by time.
enum IssuerWriter {
    private typealias Sums = ArraySlice<GroupedSum<IssuerGroup>>

    /// The change of an issuer's count in a scope.
    private struct Change {
        var group: IssuerGroup
        var redemptions: Int64 = 0
        var places: Int64 = 0
        /// The newest of the redemptions that remain; nil if it is the newest of those known or ``newestAdded``.
        var newestLeft: UInt64?
        var newestAdded: UInt64 = 0
    }

    private struct Move {
        var removed: Key?
        var added: (key: Key, places: UInt64)?
    }

    /// Adds sums to the counts; false when one would fall below 0.
    static func write(
        _ sums: [GroupedSum<IssuerGroup>], _ issuers: [[UInt8]], _ writer: inout ProjectionWriter
    ) throws(StoreError) -> Bool {
        guard !sums.isEmpty else { return true }
        let scoped = ScopedSums(sums)
        guard let changes = try writeTimes(scoped.wholes + scoped.campaigns, issuers, &writer),
            let moves = try writeCounts(changes, issuers, &writer)
        else { return false }
        try writer.withCursor(MetricsTables.issuersByRank) { (cursor) throws(StoreError) in
            for move in moves {
                if let removed = move.removed { try cursor.remove(removed) }
                guard let added = move.added else { continue }
                var places: [UInt8] = []
                places.append(varint: added.places)
                try cursor.put(added.key, places.span.bytes)
            }
        }
        return true
    }

    // MARK: By time

    /// Writes the buckets of all issuers; gives the change of each, or nil for a contradiction.
    private static func writeTimes(
        _ sums: [GroupedSum<IssuerGroup>], _ issuers: [[UInt8]], _ writer: inout ProjectionWriter
    ) throws(StoreError) -> [Change]? {
        try writer.withCursor(MetricsTables.issuerTimes) { (cursor) throws(StoreError) in
            var changes: [Change] = []
            var rest = sums[...]
            while let first = rest.first {
                let end = rest.firstIndex { !$0.group.isSameIssuer(as: first.group) } ?? rest.endIndex
                let bytes = issuers[Int(first.group.issuer)]
                for level in IssuerLevel.allCases {
                    guard try writeLevel(level, rest[..<end], bytes, &cursor) else { return nil }
                }
                changes.append(try change(of: rest[..<end], bytes, &cursor))
                rest = rest[end...]
            }
            return changes
        }
    }

    /// Writes the buckets of a level; false for a contradiction.
    private static func writeLevel(
        _ level: IssuerLevel, _ sums: Sums, _ issuer: [UInt8], _ cursor: inout RecordCursor
    ) throws(StoreError) -> Bool {
        guard let group = sums.first?.group else { return true }
        let prefix = MetricsKeys.issuerTimes(tenant: group.tenant, campaign: group.campaign, issuer, level)
        var index = sums.startIndex
        while index < sums.endIndex {
            let bucket = sums[index].group.milliseconds / level.milliseconds
            var (redemptions, places): (Int64, Int64) = (0, 0)
            while index < sums.endIndex, sums[index].group.milliseconds / level.milliseconds == bucket {
                redemptions += sums[index].first
                places += sums[index].second
                index += 1
            }
            var key = prefix
            key.append(compact: bucket)
            var known: IssuerCount?
            if let bytes = try cursor.find(key) {
                known = IssuerCount(decodingBucket: bytes)
                guard known != nil else { return false }
            }
            guard let count = IssuerCount(known, redemptions: redemptions, places: places) else { return false }
            if count.redemptions == 0 {
                try cursor.remove(key)
            } else {
                try cursor.put(key, count.bucketBytes.span.bytes)
            }
        }
        return true
    }

    private static func change(
        of sums: Sums, _ issuer: [UInt8], _ cursor: inout RecordCursor
    ) throws(StoreError) -> Change {
        guard let first = sums.first else { preconditionFailure("an issuer changes by at least one sum") }
        var change = Change(group: first.group)
        for sum in sums {
            change.redemptions += sum.first
            change.places += sum.second
            if sum.first > 0 { change.newestAdded = sum.group.milliseconds }
        }
        // Only where some are taken away can the newest be another than the newest known or added.
        guard sums.contains(where: { $0.first < 0 }) else { return change }
        let prefix = MetricsKeys.issuerTimes(
            tenant: first.group.tenant, campaign: first.group.campaign, issuer, .millisecond)
        change.newestLeft =
            try cursor.last(behind: prefix) { key in
                var reader = ValueReader(key.bytes)
                reader.skip(prefix.count)
                return reader.compact()
            } ?? 0
        return change
    }

    // MARK: By count

    /// Writes the counts; returns how the issuers move, or nil for a contradiction.
    private static func writeCounts(
        _ changes: [Change], _ issuers: [[UInt8]], _ writer: inout ProjectionWriter
    ) throws(StoreError) -> [Move]? {
        try writer.withCursor(MetricsTables.issuers) { (cursor) throws(StoreError) in
            var moves: [Move] = []
            for change in changes {
                guard let move = try move(change, issuers[Int(change.group.issuer)], &cursor) else { return nil }
                moves.append(move)
            }
            return moves
        }
    }

    /// Changes one count; returns how its issuer moves, or nil for a contradiction.
    private static func move(
        _ change: Change, _ issuer: [UInt8], _ cursor: inout RecordCursor
    ) throws(StoreError) -> Move? {
        let (tenant, campaign) = (change.group.tenant, change.group.campaign)
        let key = MetricsKeys.issuer(tenant: tenant, campaign: campaign, issuer)
        var known: IssuerCount?
        if let bytes = try cursor.find(key) {
            known = IssuerCount(decoding: bytes)
            guard known != nil else { return nil }
        }
        guard var count = IssuerCount(known, redemptions: change.redemptions, places: change.places) else { return nil }
        count.newestMilliseconds =
            change.newestLeft ?? max(known?.newestMilliseconds ?? 0, change.newestAdded)
        let removed = known.map { MetricsKeys.rank(tenant: tenant, campaign: campaign, $0, issuer) }
        guard count.redemptions > 0 else {
            try cursor.remove(key)
            return Move(removed: removed, added: nil)
        }
        let bytes = count.bytes
        try cursor.put(key, bytes.span.bytes)
        let added = MetricsKeys.rank(tenant: tenant, campaign: campaign, count, issuer)
        return Move(removed: removed, added: (added, count.places))
    }
}
