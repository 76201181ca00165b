internal import Journal
internal import Store

/// The fields of a referral's row that figures count by.
package struct ReferralFields: Equatable {
    /// 0 without one.
    package var campaign: UInt64
    /// Nil before it has qualified.
    package var qualifiedMilliseconds: UInt64?

    /// Reads the row of a referral.
    package init(decoding bytes: RawSpan) throws(RecordDamage) {
        let row = try Referral(EntityNumber(rawValue: 1), decoding: bytes)
        campaign = row.campaign?.rawValue ?? 0
        qualifiedMilliseconds = row.qualifiedAt.map { UInt64($0.milliseconds) }
    }
}
