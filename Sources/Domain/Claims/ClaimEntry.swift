/// The value of a record of the table `claims`, by the kind in its key.
enum ClaimEntry: Equatable {
    /// A claim on a code, or on a campaign without one.
    case owner(ClaimOwner)
    /// All that a person has in a campaign.
    case accountClaims(AccountClaims)
}
