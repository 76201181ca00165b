internal import Domain
internal import Store

#if canImport(Glibc)
    internal import Glibc
#endif

/// Gathers in memory the changes that the rows of a layer make to the metrics, and writes them once.
struct MetricsChanges: ~Copyable {
    /// The contribution of a redemption's row, or of neighbours that count for the same.
    private struct Contribution {
        /// The entry of its code; −1 without one.
        var code: Int32
        var tenant: UInt32
        var campaign: UInt64
        var milliseconds: UInt64
        /// Rows that are added less those that are taken.
        var rows: Int64
        var places: Int64
        var isReleased: Bool
        var redeemerCount: UInt16
        /// The redeemer of the first row.
        var redeemer: UnsafeRawPointer?
    }

    /// Which codes nobody may see: before the layer, and after it.
    private var hidden: HiddenCodes
    private var codes: CodeIndex
    private var contributions: [Contribution] = []
    /// The beginning of a new row that has joined the newest contribution, up to its redeemer; nil where none has.
    ///
    /// A row that begins so joins it too.
    private var joined: (tenant: UInt32, beginning: UnsafeRawBufferPointer, places: Int64)?
    /// Codes whose first live redemption came (1) or whose last one went (−1).
    private var claimed: [(code: Int32, sign: Int64)] = []
    private var figures = GroupedSums<FigureGroup>()
    private var waits = GroupedSums<WaitGroup>()
    private var issuers = GroupedSums<IssuerGroup>()
    /// Copies of redeemers in old values, which do not outlive the call.
    private var copies: [UnsafeMutableRawPointer] = []
    private var state = ProjectionState.current

    /// - Parameter state: The state before the layer.
    init(over state: Snapshot) {
        hidden = HiddenCodes(PendingRanges(reading: state))
        codes = CodeIndex(over: state)
    }

    deinit {
        for copy in copies { copy.deallocate() }
    }

    // MARK: Taking note

    mutating func note(
        _ table: TableID, key: UnsafeRawBufferPointer, old: UnsafeRawBufferPointer?, new: UnsafeRawBufferPointer?
    ) {
        switch table {
        case Tables.settings: noteSetting(key, new)
        case Tables.redemptions: noteRedemption(key, old, new)
        case Tables.counters: noteCounter(key, old, new)
        case Tables.codes: noteCode(key, old, new)
        case Tables.holds: noteHold(key, old, new)
        case Tables.referrals: noteReferral(key, old, new)
        case Tables.rewards: noteReward(key, old, new)
        default: break
        }
    }

    private mutating func noteRedemption(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        let tenant = RowKeys.tenant(key.bytes)
        guard let old else {
            // Nearly always: a row is written once.
            if let new, !joinsAsBegun(new, tenant), let after = decode(new, { try? RedemptionFields(decoding: $0) }) {
                add(after, new, tenant, sign: 1)
            }
            return
        }
        let after = decode(new) { try? RedemptionFields(decoding: $0) }
        let before = decode(old) { try? RedemptionFields(decoding: $0) }
        if let before, let after, let new, before.isSame(as: after, old, new) { return }
        if let before { add(before, old, tenant, sign: -1) }
        if let after, let new { add(after, new, tenant, sign: 1) }
    }

    /// Adds a new row to the newest contribution if it begins as one that has joined it: all that counts stands there.
    ///
    /// The claims of a batch differ in little but who claims, and comparing costs less than reading.
    private mutating func joinsAsBegun(_ row: UnsafeRawBufferPointer, _ tenant: UInt32) -> Bool {
        guard let joined, joined.tenant == tenant, row.count > joined.beginning.count, let start = row.baseAddress,
            let beginning = joined.beginning.baseAddress, memcmp(start, beginning, joined.beginning.count) == 0
        else { return false }
        contributions[contributions.count - 1].rows += 1
        contributions[contributions.count - 1].places += joined.places
        return true
    }

    private mutating func add(_ facts: RedemptionFields, _ row: UnsafeRawBufferPointer, _ tenant: UInt32, sign: Int64) {
        let claim = facts.claim
        let code = Int32(claim.code == 0 ? -1 : codes.entry(tenant: tenant, claim.code))
        let places = sign * Int64(claim.quantity)
        if joinsNewest(facts, tenant, code) {
            contributions[contributions.count - 1].rows += sign
            contributions[contributions.count - 1].places += places
            if sign > 0 {
                joined = (tenant, UnsafeRawBufferPointer(rebasing: row[..<claim.redeemer.offset]), places)
            }
            return
        }
        joined = nil
        var redeemer = row.baseAddress.map { $0 + claim.redeemer.offset }
        if sign < 0, let borrowed = redeemer {
            let copy = UnsafeMutableRawPointer.allocate(byteCount: max(1, claim.redeemer.count), alignment: 1)
            copy.copyMemory(from: borrowed, byteCount: claim.redeemer.count)
            copies.append(copy)
            redeemer = UnsafeRawPointer(copy)
        }
        contributions.append(
            Contribution(
                code: code, tenant: tenant, campaign: claim.campaign, milliseconds: claim.claimedMilliseconds,
                rows: sign, places: places, isReleased: facts.isReleased,
                redeemerCount: UInt16(claim.redeemer.count), redeemer: redeemer))
    }

    /// True if a row counts for the same as the newest contribution, whoever the redeemer is.
    ///
    /// The claims of a batch have one time and often one code. Only where the code has an issuer do redeemers count.
    private mutating func joinsNewest(_ facts: RedemptionFields, _ tenant: UInt32, _ code: Int32) -> Bool {
        guard let newest = contributions.last else { return false }
        guard newest.code == code, newest.milliseconds == facts.claim.claimedMilliseconds, newest.tenant == tenant,
            newest.campaign == facts.claim.campaign, newest.isReleased == facts.isReleased
        else { return false }
        return code < 0 || facts.isReleased || codes.hasNoIssuer(Int(code))
    }

    private mutating func noteCounter(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        guard let (tenant, code) = RowKeys.codeCounter(key.bytes) else { return }
        let before = decode(old) { CapacityCounter(decoding: $0) }?.used ?? 0
        let after = decode(new) { CapacityCounter(decoding: $0) }?.used ?? 0
        guard before > 0 || after > 0 else { return }
        // The layer's redemptions of the code are about to ask for it: in this order it is cheapest to look up.
        let entry = codes.entry(tenant: tenant, code)
        guard (before > 0) != (after > 0) else { return }
        claimed.append((Int32(entry), after > 0 ? 1 : -1))
    }

    /// Settings have the lowest number, so this is known before the first code is noted.
    private mutating func noteSetting(_ key: UnsafeRawBufferPointer, _ new: UnsafeRawBufferPointer?) {
        guard PendingRanges.isKey(key.bytes) else { return }
        guard let new else {
            hidden.after = PendingRanges()
            return
        }
        guard let pending = try? PendingRanges(decoding: new.bytes) else {
            state = .stale
            return
        }
        hidden.after = pending
    }

    private mutating func noteCode(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        let (tenant, number) = RowKeys.entity(key.bytes)
        guard !hidden.contains(number) else { return }
        let before = decode(old) { try? CodeFields(decoding: $0) }
        let after = decode(new) { try? CodeFields(decoding: $0) }
        if let before, let after, let old, let new {
            // Redemptions were counted by these; another value would leave them where they are.
            if !before.isSame(as: after, old, new) { state = .stale }
            return
        }
        if let before, let old {
            count(before, tenant, -1)
            codes.learn(codes.entry(tenant: tenant, number), before, row: old)
        }
        if let after { count(after, tenant, 1) }
    }

    private mutating func count(_ code: CodeFields, _ tenant: UInt32, _ sign: Int64) {
        let second = code.createdMilliseconds / 1000
        figures.add(
            FigureGroup(tenant: tenant, campaign: code.campaign, second: second, metric: .codesIssued), sign)
    }

    private mutating func noteHold(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        let tenant = RowKeys.tenant(key.bytes)
        let before = decode(old) { try? HoldFields(decoding: $0) }
        let after = decode(new) { try? HoldFields(decoding: $0) }
        if before == after { return }
        if let before { count(before, tenant, -1) }
        if let after { count(after, tenant, 1) }
    }

    private mutating func count(_ hold: HoldFields, _ tenant: UInt32, _ sign: Int64) {
        var group = FigureGroup(
            tenant: tenant, campaign: hold.claim.campaign, second: hold.claim.claimedMilliseconds / 1000, metric: .holds
        )
        figures.add(group, sign)
        switch hold.state {
        case .held: return
        case .confirmed: group.metric = .holdsConfirmed
        case .released: group.metric = .holdsReleased
        case .expired: group.metric = .holdsExpired
        }
        figures.add(group, sign)
    }

    private mutating func noteReferral(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        let before = decode(old) { try? ReferralFields(decoding: $0) }
        let after = decode(new) { try? ReferralFields(decoding: $0) }
        if before == after { return }
        let tenant = RowKeys.tenant(key.bytes)
        for (facts, sign) in [(before, -1), (after, 1)] as [(ReferralFields?, Int64)] {
            count(.referralsQualified, tenant, facts?.campaign ?? 0, at: facts?.qualifiedMilliseconds, sign)
        }
    }

    private mutating func noteReward(
        _ key: UnsafeRawBufferPointer, _ old: UnsafeRawBufferPointer?, _ new: UnsafeRawBufferPointer?
    ) {
        let before = decode(old) { try? RewardFields(decoding: $0) }
        let after = decode(new) { try? RewardFields(decoding: $0) }
        if before == after { return }
        let tenant = RowKeys.tenant(key.bytes)
        for (facts, sign) in [(before, -1), (after, 1)] as [(RewardFields?, Int64)] {
            count(.rewards, tenant, facts?.campaign ?? 0, at: facts?.grantedMilliseconds, sign)
        }
    }

    /// Counts something in a second; nothing without one.
    private mutating func count(
        _ metric: Figure, _ tenant: UInt32, _ campaign: UInt64, at milliseconds: UInt64?, _ sign: Int64
    ) {
        guard let milliseconds else { return }
        figures.add(
            FigureGroup(tenant: tenant, campaign: campaign, second: milliseconds / 1000, metric: metric), sign)
    }

    /// Reads a row; one that cannot be read makes the projection stale.
    @inline(__always)
    private mutating func decode<Facts>(_ row: UnsafeRawBufferPointer?, _ read: (RawSpan) -> Facts?) -> Facts? {
        guard let row else { return nil }
        let facts = read(row.bytes)
        if facts == nil { state = .stale }
        return facts
    }

    // MARK: Writing

    mutating func finish(_ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        guard state == .current, try codes.resolve(&writer) else { return .stale }
        try countRevealed(&writer)
        guard state == .current else { return .stale }
        addContributions()
        for (code, sign) in claimed {
            let entry = codes.entries[Int(code)]
            figures.add(
                FigureGroup(
                    tenant: entry.tenant, campaign: entry.campaign, second: entry.createdMilliseconds / 1000,
                    metric: .codesClaimed),
                sign)
        }
        guard try FigureWriter.write(figures.drain(), &writer), try WaitWriter.write(waits.drain(), &writer),
            try IssuerWriter.write(issuers.drain(), codes.issuers, &writer)
        else { return .stale }
        return .current
    }

    /// Counts the codes that the layer lets everybody see.
    private mutating func countRevealed(_ writer: inout ProjectionWriter) throws(StoreError) {
        for range in hidden.revealed {
            let tenant = range.tenant.rawValue
            try writer.withCursor(Tables.codes) { (cursor) throws(StoreError) in
                try cursor.forEach(
                    from: RowKeys.entity(tenant: tenant, range.first.rawValue),
                    upTo: RowKeys.entity(tenant: tenant, range.end.rawValue)
                ) { row in
                    if let facts = decode(row, { try? CodeFields(decoding: $0) }) { count(facts, tenant, 1) }
                }
            }
        }
    }

    /// Neighbouring contributions that count for the same: in a launch, most of a layer.
    private struct Run: Equatable {
        var tenant: UInt32
        var campaign: UInt64
        var second: UInt64
        /// Nil without a code, and for released ones, which have none to show.
        var wait: UInt32?
        var isReleased: Bool
    }

    private mutating func addContributions() {
        var run: Run?
        var rows: Int64 = 0
        var places: Int64 = 0
        for index in contributions.indices {
            let contribution = contributions[index]
            var next = Run(
                tenant: contribution.tenant, campaign: contribution.campaign,
                second: contribution.milliseconds / 1000, wait: nil, isReleased: contribution.isReleased)
            if contribution.code >= 0, !contribution.isReleased {
                let code = codes.entries[Int(contribution.code)]
                next.wait = wait(of: contribution, code)
                if let issuer = code.issuer { addReferral(contribution, issuer) }
            }
            if let run, run != next {
                add(run, rows: rows, places: places)
                (rows, places) = (0, 0)
            }
            run = next
            rows += contribution.rows
            places += contribution.places
        }
        if let run { add(run, rows: rows, places: places) }
    }

    private mutating func add(_ run: Run, rows: Int64, places: Int64) {
        var group = FigureGroup(
            tenant: run.tenant, campaign: run.campaign, second: run.second,
            metric: run.isReleased ? .redemptionsReleased : .redemptions)
        figures.add(group, rows)
        guard !run.isReleased else { return }
        group.metric = .places
        figures.add(group, places)
        guard let wait = run.wait else { return }
        waits.add(WaitGroup(tenant: run.tenant, wait: wait, campaign: run.campaign, second: run.second), rows)
    }

    private mutating func addReferral(_ contribution: Contribution, _ issuer: UInt32) {
        guard !isBy(codes.issuers[Int(issuer)], contribution) else { return }
        issuers.add(
            IssuerGroup(
                tenant: contribution.tenant, issuer: issuer, campaign: contribution.campaign,
                milliseconds: contribution.milliseconds),
            contribution.rows, contribution.places)
    }

    /// Whole seconds from the code's creation to the redemption, at most 2^32−1.
    private func wait(of contribution: Contribution, _ code: CodeIndex.Entry) -> UInt32 {
        guard contribution.milliseconds > code.createdMilliseconds else { return 0 }
        return UInt32(clamping: (contribution.milliseconds - code.createdMilliseconds) / 1000)
    }

    /// True if the redeemer is the issuer.
    private func isBy(_ issuer: [UInt8], _ contribution: Contribution) -> Bool {
        let redeemer = UnsafeRawBufferPointer(start: contribution.redeemer, count: Int(contribution.redeemerCount))
        return issuer.elementsEqual(redeemer)
    }
}

extension RedemptionFields {
    /// True if two rows of a redemption count for the same.
    fileprivate func isSame(
        as other: RedemptionFields, _ row: UnsafeRawBufferPointer, _ otherRow: UnsafeRawBufferPointer
    ) -> Bool {
        claim.code == other.claim.code && claim.campaign == other.claim.campaign
            && claim.claimedMilliseconds == other.claim.claimedMilliseconds
            && claim.quantity == other.claim.quantity && isReleased == other.isReleased
            && row[claim.redeemer.range].elementsEqual(otherRow[other.claim.redeemer.range])
    }
}

extension CodeFields {
    /// True if two rows of a code count for the same.
    fileprivate func isSame(
        as other: CodeFields, _ row: UnsafeRawBufferPointer, _ otherRow: UnsafeRawBufferPointer
    ) -> Bool {
        guard campaign == other.campaign, createdMilliseconds == other.createdMilliseconds else { return false }
        switch (issuer, other.issuer) {
        case (nil, nil): return true
        case (let issuer?, let otherIssuer?):
            return row[issuer.range].elementsEqual(otherRow[otherIssuer.range])
        default: return false
        }
    }
}
