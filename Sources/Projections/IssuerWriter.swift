internal import Store

/// Writes the leaderboard: a count per issuer, and the issuers in the order of their counts.
enum IssuerWriter {
    private struct Move {
        var removed: Key?
        var added: Key?
    }

    /// Adds sums to the counts; false when one would fall below 0.
    static func write(
        _ sums: [GroupedSum<IssuerGroup>], _ issuers: [[UInt8]], _ writer: inout ProjectionWriter
    ) throws(StoreError) -> Bool {
        guard !sums.isEmpty else { return true }
        let scoped = ScopedSums(sums)
        let moves: [Move]? = try writer.withCursor(MetricsTables.issuers) { (cursor) throws(StoreError) in
            var moves: [Move] = []
            for sum in scoped.wholes + scoped.campaigns {
                guard let move = try change(sum, issuers[Int(sum.group.issuer)], &cursor) else { return nil }
                moves.append(move)
            }
            return moves
        }
        guard let moves else { return false }
        try writer.withCursor(MetricsTables.issuersByRank) { (cursor) throws(StoreError) in
            // The key says it all.
            let nothing: [UInt8] = []
            for move in moves {
                if let removed = move.removed { try cursor.remove(removed) }
                if let added = move.added { try cursor.put(added, nothing.span.bytes) }
            }
        }
        return true
    }

    /// Changes one count; returns how its issuer moves, or nil for a contradiction.
    private static func change(
        _ sum: GroupedSum<IssuerGroup>, _ issuer: [UInt8], _ cursor: inout RecordCursor
    ) throws(StoreError) -> Move? {
        let (tenant, campaign) = (sum.group.tenant, sum.group.campaign)
        let key = MetricsKeys.issuer(tenant: tenant, campaign: campaign, issuer)
        var known: IssuerCount?
        if let bytes = try cursor.find(key) {
            known = IssuerCount(decoding: bytes)
            guard known != nil else { return nil }
        }
        guard let count = IssuerCount(known, changedBy: sum) else { return nil }
        let removed = known.map { MetricsKeys.rank(tenant: tenant, campaign: campaign, $0, issuer) }
        guard count.redemptions > 0 else {
            try cursor.remove(key)
            return Move(removed: removed, added: nil)
        }
        let bytes = count.bytes
        try cursor.put(key, bytes.span.bytes)
        return Move(removed: removed, added: MetricsKeys.rank(tenant: tenant, campaign: campaign, count, issuer))
    }
}
