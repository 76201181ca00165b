internal import Store

/// The kind of thing that a record of the table of claims is about.
enum ClaimKeyKind: UInt8 {
    /// A claim on a code: alone, or beside others of the same campaign.
    case code = 1
    /// The person's ``AccountClaims`` in a campaign.
    case accountClaims = 2
    /// A claim on a campaign without a code, beside others of the same campaign.
    case campaign = 3
}
