internal import Store

/// What others have redeemed on the codes of an issuer.
struct IssuerCount: Equatable {
    var redemptions: UInt64
    var places: UInt64

    init?(decoding bytes: UnsafeRawBufferPointer) {
        var reader = VarintReader(bytes)
        redemptions = reader.varint()
        places = reader.varint()
        if reader.failed { return nil }
    }

    /// A count that has changed; nil when it would fall below 0.
    init?(_ known: IssuerCount?, changedBy sum: GroupedSum<IssuerGroup>) {
        let redemptions = Int64(known?.redemptions ?? 0) + sum.first
        let places = Int64(known?.places ?? 0) + sum.second
        guard redemptions >= 0, places >= 0 else { return nil }
        self.redemptions = UInt64(redemptions)
        self.places = UInt64(places)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(varint: redemptions)
        bytes.append(varint: places)
        return bytes
    }
}

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
