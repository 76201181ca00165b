public import Journal
public import Store

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
        return state.page(Tables.holds, prefix: RecordKeys.tenant(query.tenant), query.page) { number, value in
            let hold = Hold.decode(number, value).judged(at: now)
            return matches(hold, query) ? hold : nil
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
