internal import Journal
internal import Store

/// Makes views of the codes of a tenant.
///
/// Knows what stands beside the rows: the revocations whose pieces have not come to a row yet. Remembers the last
/// campaign's key, since the codes of a list mostly are of one campaign.
struct CodeViews<State: StateReading> {
    let tenant: TenantNumber
    let state: State
    let now: Timestamp
    let pending: PendingRanges
    private var lastCampaign: (number: EntityNumber, key: String?)?

    init(_ tenant: TenantNumber, in state: State, now: Timestamp, pending: PendingRanges) {
        self.tenant = tenant
        self.state = state
        self.now = now
        self.pending = pending
    }

    /// The code as administrators see it.
    mutating func view(_ number: EntityNumber, _ row: CodeRow) -> CodeView {
        let counter = state.capacity(.code, number, tenant: tenant)
        return view(number, row, counter, row.document.map { Document.read($0, tenant: tenant, state: state) })
    }

    /// The code with its places and its document, which are known.
    mutating func view(
        _ number: EntityNumber, _ row: CodeRow, _ counter: CapacityCounter, _ document: Document?
    ) -> CodeView {
        CodeView(
            number, settled(row, number), counter, document, campaignKey: row.campaign.flatMap { key($0) }, now: now)
    }

    /// The state of a code.
    func codeState(_ number: EntityNumber, _ row: CodeRow) -> CodeState {
        CodeState(settled(row, number), state.capacity(.code, number, tenant: tenant), now: now)
    }

    /// The row as it is once all that is decided is written.
    func settled(_ row: CodeRow, _ number: EntityNumber) -> CodeRow {
        guard row.revokedAt == nil,
            let instant = pending.revocation(of: number, in: row.campaign, tenant: tenant)
        else { return row }
        var row = row
        row.revokedAt = instant
        row.revision += 1
        return row
    }

    private mutating func key(_ campaign: EntityNumber) -> String? {
        if let lastCampaign, lastCampaign.number == campaign { return lastCampaign.key }
        let key = Campaigns.row(campaign, tenant: tenant, state: state)?.key
        lastCampaign = (campaign, key)
        return key
    }
}
