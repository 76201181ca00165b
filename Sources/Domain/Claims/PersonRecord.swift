internal import Store

/// The claim of a person on the thing that they claim, and the place at which a new claim is written.
struct PersonRecord {
    /// Their record of claims in the thing's campaign.
    var accountClaims = AccountClaims()
    /// Their claim on the thing.
    var owner: ClaimOwner?
    /// The spot of the record that was looked for first: of the record of claims where there is a campaign, else of the claim.
    var spot: RecordSpot?
}

extension StateReading {
    /// Looks for all that a claim has to know of a person; usually one look-up that finds nothing.
    @inline(__always)
    func record(
        of person: borrowing PackedAccount, for subject: borrowing ResolvedTarget, tenant: TenantNumber
    ) -> PersonRecord {
        guard let campaign = subject.campaign else {
            guard let code = subject.code else { return PersonRecord() }
            let (owner, spot) = locate(Tables.claims, RecordKeys.claim(tenant, person, .code, code)) {
                ClaimOwner.decode(record: $0)
            }
            return PersonRecord(owner: owner, spot: spot)
        }
        let (accountClaims, spot) = locate(Tables.claims, RecordKeys.claim(tenant, person, .accountClaims, campaign)) {
            AccountClaims.decode($0)
        }
        var record = PersonRecord(accountClaims: accountClaims ?? AccountClaims(), spot: spot)
        if subject.exists, accountClaims != nil {
            record.owner = claimOwner(
                of: person, code: subject.code, campaign: campaign, accountClaims: record.accountClaims, tenant: tenant)
        }
        return record
    }
}
