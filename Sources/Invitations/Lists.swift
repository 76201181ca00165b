public import Journal
public import Store

/// Which codes are wanted.
public struct CodeQuery: Sendable {
    /// Whose codes.
    public var tenant: TenantNumber
    /// Only those of a campaign.
    public var campaign: EntityNumber?
    /// Only those in a state, as of the time of the query.
    public var state: CodeState?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, campaign: EntityNumber? = nil, state: CodeState? = nil, page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.campaign = campaign
        self.state = state
        self.page = page
    }
}

/// Which redemptions are wanted.
public struct RedemptionQuery: Sendable {
    /// Whose redemptions.
    public var tenant: TenantNumber
    /// Only those of a code.
    public var code: EntityNumber?
    /// Only those in a campaign.
    public var campaign: EntityNumber?
    /// Only those of a person.
    public var redeemer: AccountID?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, code: EntityNumber? = nil, campaign: EntityNumber? = nil, redeemer: AccountID? = nil,
        page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.code = code
        self.campaign = campaign
        self.redeemer = redeemer
        self.page = page
    }
}

/// Which holds are wanted.
public struct HoldQuery: Sendable {
    /// Whose holds.
    public var tenant: TenantNumber
    /// Only those in a state.
    public var state: HoldState?
    /// Only those on a code.
    public var code: EntityNumber?
    /// Only those in a campaign.
    public var campaign: EntityNumber?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, state: HoldState? = nil, code: EntityNumber? = nil, campaign: EntityNumber? = nil,
        page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.state = state
        self.code = code
        self.campaign = campaign
        self.page = page
    }
}

/// A hold whose places are taken until it expires.
public struct LiveHold: Equatable, Sendable {
    /// Whose hold.
    public var tenant: TenantNumber
    /// Its number.
    public var number: EntityNumber
    /// When it expires.
    public var expiresAt: Timestamp

    /// Makes a value.
    public init(tenant: TenantNumber, number: EntityNumber, expiresAt: Timestamp) {
        self.tenant = tenant
        self.number = number
        self.expiresAt = expiresAt
    }
}

extension Campaigns {
    /// The campaigns of a tenant, newest first.
    public static func list(
        tenant: TenantNumber, page: PageRequest, in state: some StateScanning
    ) -> Page<CampaignView> {
        state.page(Tables.campaigns, prefix: Keys.tenant(tenant), page) { number, value in
            view(number, CampaignRow.decode(value), tenant: tenant, state: state)
        }
    }
}

extension Codes {
    /// The codes that a query asks for, newest first.
    ///
    /// - Complexity: O(codes of the campaign or tenant that are walked until the page is full).
    public static func list(_ query: CodeQuery, in state: some StateScanning, now: Timestamp) -> Page<CodeView> {
        let pending = PendingCodes(reading: state)
        if let campaign = query.campaign {
            return state.pageOfIndex(
                Tables.codesByCampaign, query.tenant, campaign, query.page, without: pending
            ) { number in
                guard let row = row(number, tenant: query.tenant, state: state) else {
                    damagedRecord("codes_by_campaign")
                }
                return view(number, row, of: query, state: state, now: now)
            }
        }
        return state.page(
            Tables.codes, prefix: Keys.tenant(query.tenant), query.page, without: pending
        ) { number, value in
            view(number, CodeRow.decode(value), of: query, state: state, now: now)
        }
    }

    /// Visits the codes that a query asks for, oldest first, until `visit` says no; the page is not looked at.
    public static func forEach(
        _ query: CodeQuery, in state: some StateScanning, now: Timestamp, _ visit: (CodeView) -> Bool
    ) {
        let pending = PendingCodes(reading: state)
        func visitRow(_ number: EntityNumber) -> Bool {
            guard !pending.contains(number) else { return true }
            guard let row = row(number, tenant: query.tenant, state: state) else { damagedRecord("codes_by_campaign") }
            return view(number, row, of: query, state: state, now: now).map(visit) ?? true
        }
        if let campaign = query.campaign {
            state.forEachIndexed(Tables.codesByCampaign, query.tenant, campaign, visitRow)
        } else {
            state.forEach(Tables.codes, prefix: Keys.tenant(query.tenant)) { number, _ in visitRow(number) }
        }
    }

    private static func view(
        _ number: EntityNumber, _ row: CodeRow, of query: CodeQuery, state: some StateScanning, now: Timestamp
    ) -> CodeView? {
        if let wanted = query.state {
            let counter = state.capacity(.code, number, tenant: query.tenant)
            guard CodeState(row, counter, now: now) == wanted else { return nil }
        }
        return view(number, row, tenant: query.tenant, state: state, now: now)
    }
}

extension Redemptions {
    /// The redemptions that a query asks for, newest first, released ones among them.
    ///
    /// - Complexity: walks the index of the code, else of the campaign, until the page is full; for a redeemer
    ///   reads all of that person's claims.
    public static func list(_ query: RedemptionQuery, in state: some StateScanning) -> Page<Redemption> {
        if let redeemer = query.redeemer { return list(of: redeemer, query, in: state) }
        let item = { (number: EntityNumber) -> Redemption? in
            guard let redemption = find(number, tenant: query.tenant, state: state) else {
                damagedRecord("redemptions")
            }
            return matches(redemption, query) ? redemption : nil
        }
        if let code = query.code {
            return state.pageOfIndex(Tables.redemptionsByCode, query.tenant, code, query.page, item)
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(Tables.redemptionsByCampaign, query.tenant, campaign, query.page, item)
        }
        return state.page(Tables.redemptions, prefix: Keys.tenant(query.tenant), query.page) { number, value in
            Redemption.decode(number, value)
        }
    }

    /// Visits all redemptions of a tenant, oldest first, until `visit` says no.
    public static func forEach(
        tenant: TenantNumber, in state: some StateScanning, _ visit: (Redemption) -> Bool
    ) {
        state.forEach(Tables.redemptions, prefix: Keys.tenant(tenant)) { number, value in
            visit(Redemption.decode(number, value))
        }
    }

    private static func matches(_ redemption: Redemption, _ query: RedemptionQuery) -> Bool {
        (query.code == nil || redemption.code == query.code)
            && (query.campaign == nil || redemption.campaign == query.campaign)
    }

    /// A person's redemptions are the live claims that are no holds, and the released ones.
    private static func list(
        of redeemer: AccountID, _ query: RedemptionQuery, in state: some StateScanning
    ) -> Page<Redemption> {
        let prefix = Keys.person(query.tenant, PackedAccount(redeemer))
        var numbers: [EntityNumber] = []
        state.forEachClaim(of: PackedAccount(redeemer), tenant: query.tenant) { owner in
            if case .redemption(let number) = owner { numbers.append(number) }
        }
        state.forEach(Tables.redemptionsReleased, prefix: prefix) { number, _ in
            numbers.append(number)
            return true
        }
        return page(of: numbers, query.page) { number in
            guard let redemption = find(number, tenant: query.tenant, state: state) else { damagedRecord("claims") }
            return matches(redemption, query) ? redemption : nil
        }
    }
}

extension Holds {
    /// The holds that a query asks for, newest first.
    ///
    /// - Complexity: walks the index of the code, else of the campaign, until the page is full; live holds of a
    ///   whole tenant are gathered from their own index.
    public static func list(_ query: HoldQuery, in state: some StateScanning) -> Page<Hold> {
        let item = { (number: EntityNumber) -> Hold? in
            guard let hold = find(number, tenant: query.tenant, state: state) else { damagedRecord("holds") }
            return matches(hold, query) ? hold : nil
        }
        if let code = query.code {
            return state.pageOfIndex(Tables.holdsByCode, query.tenant, code, query.page, item)
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(Tables.holdsByCampaign, query.tenant, campaign, query.page, item)
        }
        if query.state == .held {
            var numbers: [EntityNumber] = []
            forEachLive(Keys.tenant(query.tenant), in: state) {
                numbers.append($0.number)
                return true
            }
            return page(of: numbers, query.page, item)
        }
        return state.page(Tables.holds, prefix: Keys.tenant(query.tenant), query.page) { number, value in
            let hold = Hold.decode(number, value)
            return matches(hold, query) ? hold : nil
        }
    }

    /// Visits all live holds of all tenants, until `visit` says no: what the sequencer has to expire one day.
    public static func forEachLive(in state: some StateScanning, _ visit: (LiveHold) -> Bool) {
        forEachLive(Key(), in: state, visit)
    }

    private static func forEachLive(
        _ prefix: borrowing Key, in state: some StateScanning, _ visit: (LiveHold) -> Bool
    ) {
        state.scan(Tables.holdsLive, prefix: prefix, from: nil, descending: false) { key, _ in
            visit(LiveHold(decodingKey: key))
        }
    }

    private static func matches(_ hold: Hold, _ query: HoldQuery) -> Bool {
        (query.state == nil || hold.state == query.state)
            && (query.campaign == nil || hold.campaign == query.campaign)
    }
}

extension LiveHold {
    /// Reads a key of `holds_live`.
    public init(decodingKey key: RawSpan) {
        var reader = ValueReader(key)
        tenant = TenantNumber(rawValue: UInt32(truncatingIfNeeded: reader.compact()))
        expiresAt = reader.bigEndianInstant()
        number = reader.entity()
    }
}

/// Makes a page of numbers that were gathered in no particular order.
private func page<Item: Sendable>(
    of numbers: [EntityNumber], _ request: PageRequest, _ item: (EntityNumber) -> Item?
) -> Page<Item> {
    var items: [Item] = []
    var last: EntityNumber?
    for number in numbers.sorted(by: >) where request.after.map({ number < $0 }) ?? true {
        guard let made = item(number) else { continue }
        guard items.count < request.limit else { return Page(items: items, next: last) }
        items.append(made)
        last = number
    }
    return Page(items: items, next: nil)
}
