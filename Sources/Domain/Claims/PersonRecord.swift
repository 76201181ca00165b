internal import Store

/// What a person has of the thing that they claim, and where a claim of theirs is to be written.
struct PersonRecord {
    /// Their standing in the thing's campaign.
    var standing = Standing()
    /// Their claim on the thing.
    var owner: ClaimOwner?
    /// The spot of the record that was looked for first: of the standing where there is a campaign, else of the claim.
    var spot: RecordSpot?
}

extension StateReading {
    /// Looks for all that a claim has to know of a person; usually one look-up that finds nothing.
    @inline(__always)
    func record(
        of person: borrowing PackedAccount, for subject: borrowing ClaimSubject, tenant: TenantNumber
    ) -> PersonRecord {
        guard let campaign = subject.campaign else {
            guard let code = subject.code else { return PersonRecord() }
            let (owner, spot) = locate(Tables.claims, Keys.claim(tenant, person, .code, code)) {
                ClaimOwner.decode(record: $0)
            }
            return PersonRecord(owner: owner, spot: spot)
        }
        let (standing, spot) = locate(Tables.claims, Keys.claim(tenant, person, .standing, campaign)) {
            Standing.decode($0)
        }
        var record = PersonRecord(standing: standing ?? Standing(), spot: spot)
        if subject.exists, standing != nil {
            record.owner = claimOwner(
                of: person, code: subject.code, campaign: campaign, standing: record.standing, tenant: tenant)
        }
        return record
    }
}
