/// The value of a record about a person among referrals and rewards, by the kind in its key.
enum ReferralAccountEntry: Equatable {
    case standing(ReferralStanding)
    case referrer(ReferrerCounts)
    case sums(RewardTotals)
    case index(UInt64)
    case email(FactHash)
}
