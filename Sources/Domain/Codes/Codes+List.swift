public import Journal
public import Store

extension Codes {
    /// The codes that a query asks for, newest first.
    ///
    /// - Complexity: O(codes of the page) with ``CodeStates``, whatever the filters. Without it a state is looked for
    ///   row by row, at most ``PageRequest/visitsMax`` a page.
    public static func list(_ query: CodeQuery, in state: some StateScanning, now: Timestamp) -> Page<CodeView> {
        let pending = PendingRanges(reading: state)
        var views = CodeViews(query.tenant, in: state, now: now, pending: pending)
        if let text = query.text {
            let found = number(text: text, tenant: query.tenant, state: state)
            return .gathered(found.map { [$0] } ?? [], query.page) { view($0, of: query, &views) }
        }
        if let index = stateQuery(query, in: state, now: now, pending) {
            return state.page(index, query.page, without: pending) { number in
                row(number, tenant: query.tenant, state: state).flatMap { view(number, $0, of: query, &views) }
            }
        }
        if let campaign = query.campaign {
            return state.pageOfIndex(
                Tables.codesByCampaign, query.tenant, campaign, query.page, without: pending
            ) { number in
                view(number, of: query, &views)
            }
        }
        return state.page(
            Tables.codes, prefix: RecordKeys.tenant(query.tenant), query.page, without: pending
        ) { number, value in
            view(number, CodeRow.decode(value), of: query, &views)
        }
    }

    /// Visits the codes that a query asks for, oldest first, until `visit` says no; the page is not looked at.
    ///
    /// - Complexity: O(codes of the campaign or tenant).
    public static func forEach(
        _ query: CodeQuery, in state: some StateScanning, now: Timestamp, _ visit: (CodeView) -> Bool
    ) {
        let pending = PendingRanges(reading: state)
        var views = CodeViews(query.tenant, in: state, now: now, pending: pending)
        func visitNumber(_ number: EntityNumber) -> Bool {
            guard !pending.contains(number) else { return true }
            return view(number, of: query, &views).map(visit) ?? true
        }
        if let text = query.text {
            if let found = number(text: text, tenant: query.tenant, state: state) { _ = visitNumber(found) }
        } else if let campaign = query.campaign {
            state.forEachIndexed(Tables.codesByCampaign, query.tenant, campaign, visitNumber)
        } else {
            state.forEach(Tables.codes, prefix: RecordKeys.tenant(query.tenant)) { number, _ in visitNumber(number) }
        }
    }

    /// The question to the index of states; nil without a state, or while there is no index.
    ///
    /// The index follows the rows: while a revocation has not come to all of its rows, they are looked through.
    private static func stateQuery(
        _ query: CodeQuery, in state: some StateScanning, now: Timestamp, _ pending: PendingRanges
    ) -> StateQuery? {
        guard let wanted = query.state, state.isCurrent(.codeStates),
            !pending.hasRevocations(of: query.tenant, in: query.campaign)
        else { return nil }
        return StateQuery(
            index: CodeStates.index, tenant: query.tenant, campaign: query.campaign, match: wanted.match, now: now)
    }

    private static func view<State: StateScanning>(
        _ number: EntityNumber, of query: CodeQuery, _ views: inout CodeViews<State>
    ) -> CodeView? {
        guard let row = row(number, tenant: query.tenant, state: views.state) else { damagedRecord("codes") }
        return view(number, row, of: query, &views)
    }

    /// The code, if it is one that the query asks for.
    private static func view<State: StateScanning>(
        _ number: EntityNumber, _ row: CodeRow, of query: CodeQuery, _ views: inout CodeViews<State>
    ) -> CodeView? {
        if let campaign = query.campaign, row.campaign != campaign { return nil }
        if let wanted = query.state, views.codeState(number, row) != wanted { return nil }
        return views.view(number, row)
    }
}
