internal import Store

/// (tenant, campaign, unit): the key of the rewards of a campaign in a unit.
struct RewardTotalsKey: RecordID, Equatable {
    var tenant: TenantNumber
    /// 0 for all campaigns.
    var campaign: UInt64
    /// 0 for rewards without a unit.
    var unit: UInt32

    var key: Key { RecordKeys.rewardTotals(tenant, EntityNumber(ifAny: campaign), unit) }
}

extension RewardTotalsKey {
    init?(decoding key: RawSpan) {
        var reader = ValueReader(key)
        tenant = reader.tenant()
        campaign = reader.compact()
        guard let unit = UInt32(exactly: reader.compact()), reader.isFinished else { return nil }
        self.unit = unit
    }
}

extension RecordKeys {
    /// (tenant, campaign): the prefix of a campaign's rewards by unit; campaign 0 is all of them.
    @inline(__always)
    static func rewardTotals(_ tenant: TenantNumber, _ campaign: EntityNumber?) -> Key {
        RecordKeys.entity(tenant, campaign ?? EntityNumber(rawValue: 0))
    }

    /// (tenant, campaign, unit).
    @inline(__always)
    static func rewardTotals(_ tenant: TenantNumber, _ campaign: EntityNumber?, _ unit: UInt32) -> Key {
        var key = RecordKeys.rewardTotals(tenant, campaign)
        key.append(compact: UInt64(unit))
        return key
    }
}
