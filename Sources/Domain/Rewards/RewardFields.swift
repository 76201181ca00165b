internal import Journal
internal import Store

/// The fields of a reward's row that figures count by.
package struct RewardFields: Equatable {
    package var campaign: UInt64
    /// Nil while it is a promise, and once it is over.
    package var grantedMilliseconds: UInt64?

    /// Reads the row of a reward.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        let row = try Reward(EntityNumber(rawValue: 1), decoding: bytes)
        campaign = row.campaign.rawValue
        grantedMilliseconds = row.isOver ? nil : row.grantedAt.map { UInt64($0.milliseconds) }
    }
}
