internal import Store

/// Builds the keys of the derived tables.
enum MetricsKeys {
    /// (tenant, campaign): campaign 0 is the whole tenant.
    static func scope(tenant: UInt32, campaign: UInt64) -> Key {
        var key = Key()
        key.append(compact: UInt64(tenant))
        key.append(compact: campaign)
        return key
    }

    /// (tenant, campaign, level): the prefix of a level's buckets.
    static func level(tenant: UInt32, campaign: UInt64, _ level: TimeLevel) -> Key {
        var key = scope(tenant: tenant, campaign: campaign)
        key.append(byte: level.rawValue)
        return key
    }

    /// (tenant, campaign, level, bucket).
    static func bucket(tenant: UInt32, campaign: UInt64, _ level: TimeLevel, _ bucket: UInt64) -> Key {
        var key = MetricsKeys.level(tenant: tenant, campaign: campaign, level)
        key.append(compact: bucket)
        return key
    }

    /// Which nodes of the trees of times-to-redeem a key leads to.
    enum WaitPart: UInt8 {
        /// The roots, side by side so that neighbouring buckets are read together.
        case root = 0
        /// All others.
        case node = 1
    }

    /// (tenant, campaign, level, root or node): the prefix of a level's roots.
    static func waits(tenant: UInt32, campaign: UInt64, _ level: TimeLevel, _ part: WaitPart) -> Key {
        var key = MetricsKeys.level(tenant: tenant, campaign: campaign, level)
        key.append(byte: part.rawValue)
        return key
    }

    /// (tenant, campaign, level, root or node, bucket): a root, or what the keys of a bucket's other nodes begin with.
    static func wait(
        tenant: UInt32, campaign: UInt64, _ level: TimeLevel, _ part: WaitPart, _ bucket: UInt64
    ) -> Key {
        var key = waits(tenant: tenant, campaign: campaign, level, part)
        key.append(compact: bucket)
        return key
    }

    /// (tenant, campaign, issuer).
    static func issuer(tenant: UInt32, campaign: UInt64, _ issuer: [UInt8]) -> Key {
        var key = scope(tenant: tenant, campaign: campaign)
        key.append(bytes: issuer)
        return key
    }

    /// (tenant, campaign, redemptions descending, the newest of them, issuer).
    static func rank(tenant: UInt32, campaign: UInt64, _ count: IssuerCount, _ issuer: [UInt8]) -> Key {
        var key = scope(tenant: tenant, campaign: campaign)
        key.append(bigEndian: ~count.redemptions)
        key.append(bigEndian: count.newestMilliseconds)
        key.append(bytes: issuer)
        return key
    }

    /// (tenant, campaign, issuer with its length, level): the prefix of a level's buckets.
    static func issuerTimes(tenant: UInt32, campaign: UInt64, _ issuer: [UInt8], _ level: IssuerLevel) -> Key {
        var key = scope(tenant: tenant, campaign: campaign)
        key.append(byte: UInt8(issuer.count))
        key.append(bytes: issuer)
        key.append(byte: level.rawValue)
        return key
    }
}
