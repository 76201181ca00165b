internal import Store

/// Who brought the one who claims: found out before anything of the claim is written.
struct Attribution {
    var referrer: AccountID
    var packedReferrer: PackedAccount
    /// The programme; 0 for the tenant's own.
    var scope: UInt32
    /// The referrer's place in the programme, before this referral.
    var standing: ReferralStanding
}
