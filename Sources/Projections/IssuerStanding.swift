internal import Domain
internal import Store

/// An issuer's place among the others: how many redemptions, and since when.
struct IssuerStanding: Comparable {
    var redemptions: UInt64
    /// The time of the newest of them.
    var newestMilliseconds: UInt64
    var places: UInt64
    /// The issuer in its stored form.
    var issuer: [UInt8]

    /// Reads a record of `metrics_issuers_by_rank`; nil when it is not one.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - prefix: The bytes of the key before the count.
    ///   - value: The value.
    init?(_ key: RawSpan, prefix: Int, _ value: RawSpan) {
        var reader = ValueReader(key)
        reader.skip(prefix)
        // Keys are big-endian, and descending counts are stored as their complements.
        redemptions = ~UInt64(bigEndian: reader.integer(UInt64.self).littleEndian)
        newestMilliseconds = UInt64(bigEndian: reader.integer(UInt64.self).littleEndian)
        guard !reader.failed else { return nil }
        issuer = key.extracting(droppingFirst: reader.position).withUnsafeBytes { Array($0) }
        var varints = value.withUnsafeBytes { VarintReader($0) }
        places = varints.varint()
        if varints.failed { return nil }
    }

    /// Orders the better one first.
    static func < (left: IssuerStanding, right: IssuerStanding) -> Bool {
        if left.redemptions != right.redemptions { return left.redemptions > right.redemptions }
        if left.newestMilliseconds != right.newestMilliseconds {
            return left.newestMilliseconds < right.newestMilliseconds
        }
        return left.issuer.lexicographicallyPrecedes(right.issuer)
    }

    /// The line of the board; nil when the issuer's bytes are not an account.
    func entry(rank: Int) -> LeaderboardEntry? {
        guard let account = AccountID(packed: issuer.span.bytes) else { return nil }
        return LeaderboardEntry(rank: rank, issuer: account.text, redemptions: redemptions, places: places)
    }
}
