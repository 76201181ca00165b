internal import Journal
internal import Store

// MARK: - Places

extension InvariantCheck {
    /// Per code: its text, its index, its places.
    mutating func checkCodes() {
        each(Tables.codes, "codes") { run, tenant, key, value in
            var reader = ValueReader(key)
            let number = reader.entity()
            let row = CodeRow.decode(value)
            let place = "code \(number.rawValue)"
            let owner = run.owner(Tables.codeTexts, RecordKeys.text(tenant, row.text))
            run.require(owner == number.rawValue, "code_text", "\(place) cannot be found by its text")
            if let campaign = row.campaign {
                run.require(
                    run.state.isIndexed(Tables.codesByCampaign, tenant, campaign, number), "code_index",
                    "\(place) is missing in the index of its campaign")
                run.require(
                    run.has(Tables.campaigns, RecordKeys.entity(tenant, campaign)), "code_campaign",
                    "\(place) is in a campaign that is not there")
            }
            if let document = row.document {
                run.require(
                    run.has(Tables.documents, RecordKeys.document(tenant, document, part: 0)), "document",
                    "\(place) has a document that is not there")
            }
            let sums = run.sums(
                tenant, number, redemptions: Tables.redemptionsByCode, holds: Tables.holdsByCode)
            run.checkCounter(.code, number, tenant, sums, place)
        }
    }

    /// Per campaign: its key, its places, its tally.
    mutating func checkCampaigns() {
        each(Tables.campaigns, "campaigns") { run, tenant, key, value in
            var reader = ValueReader(key)
            let number = reader.entity()
            let row = CampaignRow.decode(value)
            let place = "campaign \(number.rawValue)"
            let owner = run.owner(Tables.campaignKeys, RecordKeys.text(tenant, row.key))
            run.require(owner == number.rawValue, "campaign_key", "\(place) cannot be found by its key")
            run.require(
                row.hasDocument == run.has(Tables.documents, RecordKeys.document(tenant, number, part: 0)), "document",
                "\(place) and its document do not belong together")
            let sums = run.sums(
                tenant, number, redemptions: Tables.redemptionsByCampaign, holds: Tables.holdsByCampaign)
            run.checkCounter(.campaign, number, tenant, sums, place)
            let tally = run.state.tally(number, tenant: tenant)
            run.require(
                tally == sums.redemptions, "tally",
                "\(place) counts \(tally) redemptions, there are \(sums.redemptions)")
        }
    }

    /// What the rows behind two indexes add up to.
    private struct Sums {
        var used: UInt64 = 0
        var held: UInt64 = 0
        var redemptions: UInt64 = 0
    }

    private func sums(_ tenant: TenantNumber, _ owner: EntityNumber, redemptions: TableID, holds: TableID) -> Sums {
        var sums = Sums()
        state.forEachIndexed(redemptions, tenant, owner) { number in
            if let row = Redemptions.find(number, tenant: tenant, state: state), row.releasedAt == nil {
                sums.used += UInt64(row.quantity)
                sums.redemptions += 1
            }
            return true
        }
        state.forEachIndexed(holds, tenant, owner) { number in
            if let row = Holds.find(number, tenant: tenant, state: state), row.state == .held {
                sums.held += UInt64(row.quantity)
            }
            return true
        }
        return sums
    }

    private mutating func checkCounter(
        _ kind: TargetKind, _ number: EntityNumber, _ tenant: TenantNumber, _ sums: Sums, _ place: String
    ) {
        let counter = state.read(Tables.counters, RecordKeys.target(tenant, kind, number)) {
            CapacityCounter(decoding: $0)
        }
        guard let counter = counter.flatMap({ $0 }) else {
            require(false, "counter_missing", "\(place) has no counter")
            return
        }
        require(
            counter.used == sums.used, "counter_used",
            "\(place) says \(counter.used) used, its redemptions have \(sums.used)")
        require(
            counter.held == sums.held, "counter_held",
            "\(place) says \(counter.held) held, its live holds have \(sums.held)")
    }
}

// MARK: - Rows and their indexes

extension InvariantCheck {
    /// Per redemption: its indexes, and the redeemer's claim while it is live.
    mutating func checkRedemptions() {
        each(Tables.redemptions, "redemptions") { run, tenant, key, value in
            var reader = ValueReader(key)
            let number = reader.entity()
            let row = Redemption.decode(number, value)
            let packed = PackedAccount(row.redeemer)
            let place = "redemption \(number.rawValue)"
            let inCode = row.code.map { run.state.isIndexed(Tables.redemptionsByCode, tenant, $0, number) }
            run.require(inCode ?? true, "redemption_index", "\(place) is missing in the index of its code")
            let inCampaign = row.campaign.map { run.state.isIndexed(Tables.redemptionsByCampaign, tenant, $0, number) }
            run.require(inCampaign ?? true, "redemption_index", "\(place) is missing in the index of its campaign")
            run.require(row.code != nil || row.campaign != nil, "redemption_target", "\(place) is on nothing")
            run.require(
                run.has(Tables.redemptionsReleased, RecordKeys.released(tenant, packed, number))
                    == (row.releasedAt != nil),
                "redemption_released", "\(place) and the index of released ones differ")
            run.require(
                run.has(Tables.metadata, RecordKeys.entity(tenant, number)) == row.hasMetadata, "metadata",
                "\(place) and its metadata do not belong together")
            guard row.releasedAt == nil else { return }
            let owner = run.owner(of: row.code, row.campaign, packed, tenant)
            run.require(owner == .redemption(number), "claim", "\(place) is live but not its redeemer's claim")
        }
    }

    /// Per hold: its indexes, and the redeemer's claim while it is live.
    mutating func checkHolds() {
        each(Tables.holds, "holds") { run, tenant, key, value in
            var reader = ValueReader(key)
            let number = reader.entity()
            let row = Hold.decode(number, value)
            let place = "hold \(number.rawValue)"
            let inCode = row.code.map { run.state.isIndexed(Tables.holdsByCode, tenant, $0, number) }
            run.require(inCode ?? true, "hold_index", "\(place) is missing in the index of its code")
            let inCampaign = row.campaign.map { run.state.isIndexed(Tables.holdsByCampaign, tenant, $0, number) }
            run.require(inCampaign ?? true, "hold_index", "\(place) is missing in the index of its campaign")
            run.require(
                run.has(Tables.holdsLive, RecordKeys.live(tenant, row.expiresAt, number)) == (row.state == .held),
                "hold_live", "\(place) and the index of live ones differ")
            run.require(
                run.has(Tables.metadata, RecordKeys.entity(tenant, number)) == row.hasMetadata, "metadata",
                "\(place) and its metadata do not belong together")
            let redemption = row.redemption.flatMap { Redemptions.find($0, tenant: tenant, state: run.state) }
            run.require(
                (row.state == .confirmed) == (redemption != nil), "hold_redemption",
                "\(place) and its redemption do not belong together")
            guard row.state == .held else { return }
            let owner = run.owner(of: row.code, row.campaign, PackedAccount(row.redeemer), tenant)
            run.require(owner == .hold(number), "claim", "\(place) is live but not its redeemer's claim")
        }
    }

    private func owner(
        of code: EntityNumber?, _ campaign: EntityNumber?, _ packed: PackedAccount, _ tenant: TenantNumber
    ) -> ClaimOwner? {
        let accountClaims = state.accountClaims(of: packed, in: campaign, tenant: tenant)
        return state.claimOwner(
            of: packed, code: code, campaign: campaign, accountClaims: accountClaims, tenant: tenant)
    }

    /// A live claim as its row tells it.
    private struct LiveClaim {
        var redeemer: AccountID
        var code: EntityNumber?
        var campaign: EntityNumber?
        var quantity: UInt32
    }

    private func live(_ owner: ClaimOwner, _ tenant: TenantNumber) -> LiveClaim? {
        switch owner {
        case .redemption(let number):
            guard let row = Redemptions.find(number, tenant: tenant, state: state), row.releasedAt == nil else {
                return nil
            }
            return LiveClaim(
                redeemer: row.redeemer, code: row.code, campaign: row.campaign, quantity: row.quantity)
        case .hold(let number):
            guard let row = Holds.find(number, tenant: tenant, state: state), row.state == .held else { return nil }
            return LiveClaim(
                redeemer: row.redeemer, code: row.code, campaign: row.campaign, quantity: row.quantity)
        }
    }

    /// Every unique key is that of a live row of the same person on the same thing; records of claims add up.
    mutating func checkClaims() {
        each(Tables.claims, "claims") { run, tenant, key, value in
            var reader = ValueReader(key)
            let redeemer = reader.account()
            let kind = ClaimKeyKind(rawValue: reader.byte())
            let number = reader.entity()
            switch kind {
            case .accountClaims:
                run.checkStanding(AccountClaims.decode(value), of: redeemer, in: number, tenant)
            case .code:
                var reader = ValueReader(value)
                run.checkClaim(ClaimOwner.decode(&reader), of: redeemer, code: number, campaign: nil, tenant)
            case .campaign:
                var reader = ValueReader(value)
                run.checkClaim(ClaimOwner.decode(&reader), of: redeemer, code: nil, campaign: number, tenant)
            case nil:
                run.require(false, "claim", "a claim on number \(number.rawValue) is of no known kind")
            }
        }
    }

    /// - Parameter campaign: nil where the record of the claim does not name one.
    private mutating func checkClaim(
        _ owner: ClaimOwner, of redeemer: AccountID, code: EntityNumber?, campaign: EntityNumber?,
        _ tenant: TenantNumber
    ) {
        let place = "a claim on number \((code ?? campaign)?.rawValue ?? 0)"
        guard let live = live(owner, tenant) else {
            return require(false, "claim", "\(place) is of a row that is not live")
        }
        require(
            live.redeemer == redeemer && live.code == code && (campaign == nil || live.campaign == campaign), "claim",
            "\(place) is of a row that is another's")
        guard let campaign = live.campaign else { return }
        let accountClaims = state.accountClaims(of: PackedAccount(redeemer), in: campaign, tenant: tenant)
        require(
            accountClaims.places > 0, "standing",
            "a person with a claim in campaign \(campaign.rawValue) has no standing there")
    }

    private mutating func checkStanding(
        _ accountClaims: AccountClaims, of redeemer: AccountID, in campaign: EntityNumber, _ tenant: TenantNumber
    ) {
        if let first = accountClaims.first {
            checkClaim(first.owner, of: redeemer, code: first.code, campaign: campaign, tenant)
        }
        var places: UInt64 = 0
        state.forEachClaim(of: PackedAccount(redeemer), tenant: tenant) { owner in
            if let live = live(owner, tenant), live.campaign == campaign { places += UInt64(live.quantity) }
            return true
        }
        require(
            accountClaims.places == places, "standing",
            "a standing in campaign \(campaign.rawValue) says \(accountClaims.places) places, its claims have \(places)"
        )
    }

    /// Every index entry is that of a row that belongs there.
    mutating func checkIndexes() {
        checkPairs(Tables.codesByCampaign, "codes_by_campaign") { run, tenant, owner, number in
            Codes.row(number, tenant: tenant, state: run.state)?.campaign == owner
        }
        checkPairs(Tables.redemptionsByCode, "redemptions_by_code") { run, tenant, owner, number in
            Redemptions.find(number, tenant: tenant, state: run.state)?.code == owner
        }
        checkPairs(Tables.redemptionsByCampaign, "redemptions_by_campaign") { run, tenant, owner, number in
            Redemptions.find(number, tenant: tenant, state: run.state)?.campaign == owner
        }
        checkPairs(Tables.holdsByCode, "holds_by_code") { run, tenant, owner, number in
            Holds.find(number, tenant: tenant, state: run.state)?.code == owner
        }
        checkPairs(Tables.holdsByCampaign, "holds_by_campaign") { run, tenant, owner, number in
            Holds.find(number, tenant: tenant, state: run.state)?.campaign == owner
        }
        each(Tables.redemptionsReleased, "redemptions_released") { run, tenant, key, _ in
            var reader = ValueReader(key)
            let redeemer = reader.account()
            let number = reader.entity()
            let row = Redemptions.find(number, tenant: tenant, state: run.state)
            run.require(
                row?.redeemer == redeemer && row?.releasedAt != nil, "redemption_released",
                "the index of released ones names redemption \(number.rawValue), which is not")
        }
        each(Tables.holdsLive, "holds_live") { run, tenant, key, _ in
            var reader = ValueReader(key)
            let expiresAt = reader.bigEndianInstant()
            let number = reader.entity()
            let row = Holds.find(number, tenant: tenant, state: run.state)
            run.require(
                row?.state == .held && row?.expiresAt == expiresAt,
                "hold_live", "the index of live holds names hold \(number.rawValue), which is not")
        }
        each(Tables.metadata, "metadata") { run, tenant, key, _ in
            var reader = ValueReader(key)
            let number = reader.entity()
            let has =
                Redemptions.find(number, tenant: tenant, state: run.state)?.hasMetadata
                ?? Holds.find(number, tenant: tenant, state: run.state)?.hasMetadata
            run.require(has ?? false, "metadata", "metadata of number \(number.rawValue) belongs to nothing")
        }
    }

    private mutating func checkPairs(
        _ table: TableID, _ name: String,
        _ belongs: (InvariantCheck, TenantNumber, EntityNumber, EntityNumber) -> Bool
    ) {
        each(table, name) { run, tenant, key, value in
            var reader = ValueReader(key)
            let owner = reader.entity()
            let first = reader.compact() * NumberIndex.blockSize
            var bits = NumberIndex.decode(value)
            while bits != 0 {
                let number = EntityNumber(rawValue: first + UInt64(bits.trailingZeroBitCount))
                bits &= bits - 1
                run.require(
                    belongs(run, tenant, owner, number), name,
                    "the entry (\(owner.rawValue), \(number.rawValue)) belongs to no row")
            }
        }
    }

    /// Stored answers and their index by time belong together, both ways.
    mutating func checkIdempotency() {
        each(Tables.idempotencyByTime, "idempotency_by_time") { run, tenant, key, _ in
            let entry = IdempotencyEntry(tenant: tenant, decoding: key)
            let created = Idempotency.creation(of: IdempotencyKey(entry), state: run.state)
            run.require(created == entry.createdAt, "idempotency", "an entry by time has no answer")
        }
        each(Tables.idempotency, "idempotency") { run, tenant, key, _ in
            guard let stored = IdempotencyKey(firstPart: key, tenant: tenant) else { return }
            guard let created = Idempotency.creation(of: stored, state: run.state) else { return }
            run.require(
                run.has(Tables.idempotencyByTime, Idempotency.timeKey(stored, created)), "idempotency",
                "an answer has no entry by time")
        }
    }

    /// Pending ranges lie apart among numbers that were given out, and nobody has a place of a code that nobody may see.
    mutating func checkPending() {
        let ranges = PendingCodes(reading: state).ranges
        for (index, range) in ranges.enumerated() {
            let place = "the pending range before number \(range.end.rawValue)"
            require(
                range.end.rawValue <= state.nextNumber, "pending", "\(place) has numbers that were never given out")
            require(
                ranges[..<index].allSatisfy { $0.end <= range.first || range.end <= $0.first }, "pending",
                "\(place) overlaps another")
        }
        for range in ranges { checkUnclaimed(range) }
    }

    private mutating func checkUnclaimed(_ range: PendingRange) {
        var claimed: [EntityNumber] = []
        let prefix = RecordKeys.tenant(range.tenant)
        state.scan(
            Tables.codes, prefix: prefix, from: RecordKeys.entity(range.tenant, range.first), descending: false
        ) { key, _ in
            var reader = ValueReader(key.afterPrefix(prefix.count))
            let number = reader.entity()
            guard range.contains(number) else { return false }
            let counter = state.read(Tables.counters, RecordKeys.target(range.tenant, .code, number)) {
                CapacityCounter(decoding: $0)
            }
            if let counter = counter.flatMap({ $0 }), counter.used > 0 || counter.held > 0 { claimed.append(number) }
            return claimed.count < limit
        }
        for number in claimed {
            require(false, "pending", "code \(number.rawValue) is pending, and somebody has it")
        }
    }
}
