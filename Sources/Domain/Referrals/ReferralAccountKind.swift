/// The kind of a record about a person among referrals and rewards.
enum ReferralAccountKind: UInt8 {
    /// The person's ``ReferralStanding`` in a programme.
    case standing = 1
    /// The person's ``ReferrerCounts`` in a campaign.
    case referrer = 2
    /// The sums of the person's rewards in a unit.
    case sums = 3
    /// The referrals that the person made and the rewards that the person has, of a block of numbers.
    case index = 4
    /// The person's e-mail address, as a keyed hash.
    case email = 5
}
