internal import Journal
internal import Store

/// Writes claims: rows with all their indexes, so that no decision can forget one.
struct ClaimWriter {
    let state: Transaction
    let tenant: TenantNumber
    let redeemer: PackedAccount

    // MARK: New rows

    /// Stores a new redemption with its indexes and counts it.
    ///
    /// - Parameters:
    ///   - redemption: The redemption.
    ///   - metadata: The metadata of the claim as JSON text.
    ///   - isFirstOfCode: True if the code has never had a hold or a redemption.
    func insert(_ redemption: Redemption, metadata: [UInt8]?, isFirstOfCode: Bool = false) {
        let number = redemption.number
        state.insert(Tables.redemptions, RecordKeys.entity(tenant, number)) {
            redemption.encode(packed: redeemer, to: &$0)
        }
        if let code = redemption.code {
            state.addToIndex(Tables.redemptionsByCode, tenant, code, number, isFirst: isFirstOfCode)
        }
        if let campaign = redemption.campaign {
            state.addToIndex(Tables.redemptionsByCampaign, tenant, campaign, number)
            count(campaign) { $0 + 1 }
        }
        insert(metadata, of: number)
    }

    /// Stores a new live hold with its indexes.
    ///
    /// - Parameters:
    ///   - hold: The hold.
    ///   - metadata: The metadata of the claim as JSON text.
    ///   - isFirstOfCode: True if the code has never had a hold or a redemption.
    func insert(_ hold: Hold, metadata: [UInt8]?, isFirstOfCode: Bool) {
        let number = hold.number
        state.insert(Tables.holds, RecordKeys.entity(tenant, number)) { hold.encode(packed: redeemer, to: &$0) }
        state.insert(Tables.holdsLive, RecordKeys.live(tenant, hold.expiresAt, number)) { _ in }
        if let code = hold.code {
            state.addToIndex(Tables.holdsByCode, tenant, code, number, isFirst: isFirstOfCode)
        }
        if let campaign = hold.campaign {
            state.addToIndex(Tables.holdsByCampaign, tenant, campaign, number)
        }
        insert(metadata, of: number)
    }

    private func insert(_ metadata: [UInt8]?, of number: EntityNumber) {
        guard let metadata else { return }
        precondition(metadata.count <= Claims.metadataBytesMax, "a claim's metadata has at most 1,024 bytes")
        state.insert(Tables.metadata, RecordKeys.entity(tenant, number)) { $0.append(bytes: metadata) }
    }

    // MARK: Changes of rows

    /// Replaces the row of a redemption.
    func put(_ redemption: Redemption) {
        state.put(Tables.redemptions, RecordKeys.entity(tenant, redemption.number)) {
            redemption.encode(packed: redeemer, to: &$0)
        }
    }

    /// Replaces the row of a hold.
    func put(_ hold: Hold) {
        state.put(Tables.holds, RecordKeys.entity(tenant, hold.number)) { hold.encode(packed: redeemer, to: &$0) }
    }

    /// Changes the number of live redemptions of a campaign.
    @inline(__always)
    func count(_ campaign: EntityNumber, _ change: (UInt64) -> UInt64) {
        let key = RecordKeys.target(tenant, .campaign, campaign)
        state.update(Tables.tallies, key, reading: Tally.decode) { $1.append(change($0 ?? 0)) }
    }

    // MARK: Who has what

    /// Gives the redeemer places back under all limits and frees the way for a new claim.
    ///
    /// - Returns: whether the campaign had no free place before.
    func giveBack(
        _ quantity: UInt32, from column: CapacityCounter.Column, code: EntityNumber?, campaign: EntityNumber?
    ) -> Bool {
        let places = UInt64(quantity)
        var wasSoldOut = false
        if let code { change(.code, code) { $0.give(places, from: column) } }
        if let campaign {
            change(.campaign, campaign) {
                wasSoldOut = $0.free == 0
                $0.give(places, from: column)
            }
        }
        leave(code: code, campaign: campaign, places: places)
        return wasSoldOut
    }

    /// Turns the held places of a live hold into used ones under all limits.
    func confirm(_ hold: Hold) {
        let places = UInt64(hold.quantity)
        if let code = hold.code { change(.code, code) { $0.confirm(places) } }
        if let campaign = hold.campaign { change(.campaign, campaign) { $0.confirm(places) } }
    }

    private func change(_ kind: TargetKind, _ number: EntityNumber, _ change: (inout CapacityCounter) -> Void) {
        var counter = state.capacity(kind, number, tenant: tenant)
        change(&counter)
        state.setCounter(Tables.counters, RecordKeys.target(tenant, kind, number), counter)
    }
}
