public import Journal
public import Store

/// Which codes are wanted.
public struct CodeQuery: Sendable {
    /// Whose codes.
    public var tenant: TenantNumber
    /// Only the one with a text.
    public var text: CodeText?
    /// Only those of a campaign.
    public var campaign: EntityNumber?
    /// Only those in a state, as of the time of the query.
    public var state: CodeState?
    /// Which part.
    public var page: PageRequest

    /// Makes a query.
    public init(
        tenant: TenantNumber, text: CodeText? = nil, campaign: EntityNumber? = nil, state: CodeState? = nil,
        page: PageRequest = PageRequest()
    ) {
        self.tenant = tenant
        self.text = text
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
    /// Only those in a state, as of the time of the query.
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
    /// - Complexity: O(codes of the page) with ``CodeStates``, whatever the filters. Without it a state is looked for
    ///   row by row, at most ``PageRequest/visitsMax`` a page.
    public static func list(_ query: CodeQuery, in state: some StateScanning, now: Timestamp) -> Page<CodeView> {
        if let text = query.text {
            let found = number(text: text, tenant: query.tenant, state: state)
            return page(of: found.map { [$0] } ?? [], query.page) { view($0, of: query, state: state, now: now) }
        }
        let pending = PendingCodes(reading: state)
        if let index = stateQuery(query, in: state, now: now) {
            return state.page(index, query.page, without: pending) { number in
                row(number, tenant: query.tenant, state: state).flatMap {
                    view(number, $0, of: query, state: state, now: now)
                }
            }
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(
                Tables.codesByCampaign, query.tenant, campaign, query.page, without: pending
            ) { number in
                view(number, of: query, state: state, now: now)
            }
        }
        return state.page(
            Tables.codes, prefix: Keys.tenant(query.tenant), query.page, without: pending
        ) { number, value in
            view(number, CodeRow.decode(value), of: query, state: state, now: now)
        }
    }

    /// Visits the codes that a query asks for, oldest first, until `visit` says no; the page is not looked at.
    ///
    /// - Complexity: O(codes of the campaign or tenant).
    public static func forEach(
        _ query: CodeQuery, in state: some StateScanning, now: Timestamp, _ visit: (CodeView) -> Bool
    ) {
        let pending = PendingCodes(reading: state)
        func visitNumber(_ number: EntityNumber) -> Bool {
            guard !pending.contains(number) else { return true }
            return view(number, of: query, state: state, now: now).map(visit) ?? true
        }
        if let text = query.text {
            if let found = number(text: text, tenant: query.tenant, state: state) { _ = visitNumber(found) }
        } else if let campaign = query.campaign {
            state.forEachIndexed(Tables.codesByCampaign, query.tenant, campaign, visitNumber)
        } else {
            state.forEach(Tables.codes, prefix: Keys.tenant(query.tenant)) { number, _ in visitNumber(number) }
        }
    }

    /// The question to the index of states; nil without a state, or while there is no index.
    private static func stateQuery(_ query: CodeQuery, in state: some StateScanning, now: Timestamp) -> StateQuery? {
        guard let wanted = query.state, state.isCurrent(.codeStates) else { return nil }
        return StateQuery(
            index: CodeStates.index, tenant: query.tenant, campaign: query.campaign, match: wanted.match, now: now)
    }

    private static func view(
        _ number: EntityNumber, of query: CodeQuery, state: some StateScanning, now: Timestamp
    ) -> CodeView? {
        guard let row = row(number, tenant: query.tenant, state: state) else { damagedRecord("codes") }
        return view(number, row, of: query, state: state, now: now)
    }

    /// The code, if it is one that the query asks for.
    private static func view(
        _ number: EntityNumber, _ row: CodeRow, of query: CodeQuery, state: some StateScanning, now: Timestamp
    ) -> CodeView? {
        if let campaign = query.campaign, row.campaign != campaign { return nil }
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
    /// - Complexity: O(redemptions of the page) for a code or a campaign. For a redeemer it reads all of that person's
    ///   claims, if these are at most ``PageRequest/visitsMax``; else that many redemptions of the code, the campaign
    ///   or the tenant a page.
    public static func list(_ query: RedemptionQuery, in state: some StateScanning) -> Page<Redemption> {
        // A code's redemptions are all in the campaign of the code.
        if let code = query.code, let campaign = query.campaign,
            Codes.gate(code, tenant: query.tenant, state: state)?.campaign != campaign
        {
            return Page(items: [], next: nil)
        }
        let item = { (number: EntityNumber) -> Redemption? in
            guard let redemption = find(number, tenant: query.tenant, state: state) else {
                damagedRecord("redemptions")
            }
            return matches(redemption, query) ? redemption : nil
        }
        if let redeemer = query.redeemer, let numbers = numbers(of: redeemer, tenant: query.tenant, in: state) {
            return page(of: numbers, query.page, item)
        }
        if let code = query.code {
            return state.pageOfIndex(Tables.redemptionsByCode, query.tenant, code, query.page, item)
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(Tables.redemptionsByCampaign, query.tenant, campaign, query.page, item)
        }
        return state.page(Tables.redemptions, prefix: Keys.tenant(query.tenant), query.page) { number, value in
            let redemption = Redemption.decode(number, value)
            return matches(redemption, query) ? redemption : nil
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
            && (query.redeemer == nil || redemption.redeemer == query.redeemer)
    }

    /// The numbers of a person's redemptions: the live claims that are no holds, and the released ones.
    ///
    /// Nil when there are too many to gather for a page.
    private static func numbers(
        of redeemer: AccountID, tenant: TenantNumber, in state: some StateScanning
    ) -> [EntityNumber]? {
        var numbers: [EntityNumber] = []
        var visits = 0
        state.forEachClaim(of: PackedAccount(redeemer), tenant: tenant) { owner in
            if case .redemption(let number) = owner { numbers.append(number) }
            visits += 1
            return visits <= PageRequest.visitsMax
        }
        state.forEach(Tables.redemptionsReleased, prefix: Keys.person(tenant, PackedAccount(redeemer))) { number, _ in
            numbers.append(number)
            visits += 1
            return visits <= PageRequest.visitsMax
        }
        return visits <= PageRequest.visitsMax ? numbers : nil
    }
}

extension Holds {
    /// The holds that a query asks for, newest first, as they stand at `now`.
    ///
    /// - Complexity: O(holds of the page) with ``HoldStates``; for a state on one code O(blocks of 64 numbers in which
    ///   the code has holds), at most ``PageRequest/visitsMax`` a page. Without it a state is looked for row by row.
    public static func list(_ query: HoldQuery, in state: some StateScanning, now: Timestamp) -> Page<Hold> {
        if let code = query.code, let campaign = query.campaign,
            Codes.gate(code, tenant: query.tenant, state: state)?.campaign != campaign
        {
            return Page(items: [], next: nil)
        }
        let item = { (number: EntityNumber) -> Hold? in
            guard let hold = find(number, tenant: query.tenant, state: state, now: now) else { damagedRecord("holds") }
            return matches(hold, query) ? hold : nil
        }
        let index = stateQuery(query, in: state, now: now)
        if let code = query.code {
            return state.pageOfIndex(
                Tables.holdsByCode, query.tenant, code, query.page,
                candidates: { block in index.map { state.candidates($0, block: block) } ?? .max }, item)
        }
        if let index {
            return state.page(index, query.page) { number in
                find(number, tenant: query.tenant, state: state, now: now).flatMap { matches($0, query) ? $0 : nil }
            }
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(Tables.holdsByCampaign, query.tenant, campaign, query.page, item)
        }
        return state.page(Tables.holds, prefix: Keys.tenant(query.tenant), query.page) { number, value in
            let hold = Hold.decode(number, value).standing(at: now)
            return matches(hold, query) ? hold : nil
        }
    }

    /// Visits all live holds of all tenants, until `visit` says no: what the sequencer has to expire one day.
    public static func forEachLive(in state: some StateScanning, _ visit: (LiveHold) -> Bool) {
        state.scan(Tables.holdsLive, prefix: Key(), from: nil, descending: false) { key, _ in
            visit(LiveHold(decodingKey: key))
        }
    }

    /// The question to the index of states; nil without a state, or while there is no index.
    private static func stateQuery(_ query: HoldQuery, in state: some StateScanning, now: Timestamp) -> StateQuery? {
        guard let wanted = query.state, state.isCurrent(.holdStates) else { return nil }
        return StateQuery(
            index: HoldStates.index, tenant: query.tenant, campaign: query.campaign, match: wanted.match, now: now)
    }

    private static func matches(_ hold: Hold, _ query: HoldQuery) -> Bool {
        (query.state == nil || hold.state == query.state)
            && (query.campaign == nil || hold.campaign == query.campaign)
            && (query.code == nil || hold.code == query.code)
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
