internal import Store

/// A part of a list, newest first.
///
/// A list whose filter matches little ends a page after ``PageRequest/visitsMax`` records: then it has fewer items than
/// were asked for, also none, and ``hasMore`` all the same.
public struct Page<Item: Sendable>: Sendable {
    /// The items.
    public var items: [Item]
    /// Where the next page resumes: below this number; nil at the end of the list.
    public var next: EntityNumber?
    /// True if another page follows.
    public var hasMore: Bool { next != nil }

    /// Makes a page.
    public init(items: [Item], next: EntityNumber?) {
        self.items = items
        self.next = next
    }
}

extension StateScanning {
    /// Walks a table or index whose keys are a prefix and a number, newest first, and makes a page of what `item` takes.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - prefix: The prefix of the keys.
    ///   - request: The part of the list.
    ///   - pending: Numbers to leave out.
    ///   - item: Makes the item of a number and its value; nil leaves it out.
    /// - Returns: The page.
    /// - Complexity: O(records visited), at most ``PageRequest/visitsMax``; `item` decides from number and value, nil
    ///   leaves a record out.
    func page<Item: Sendable>(
        _ table: TableID, prefix: borrowing Key, _ request: PageRequest,
        without pending: PendingRanges = PendingRanges(),
        _ item: (EntityNumber, RawSpan) -> Item?
    ) -> Page<Item> {
        var page = PageBuilder<Item>(limit: request.limit)
        let prefixCount = prefix.count
        var after = request.after
        while true {
            var start: Key?
            if let after {
                guard after.rawValue > 1 else { return page.page }
                var key = copy prefix
                key.append(compact: after.rawValue - 1)
                start = key
            }
            var hidden: PendingRange?
            scan(table, prefix: prefix, from: start, descending: true) { key, value in
                var reader = ValueReader(key.afterPrefix(prefixCount))
                let number = reader.entity()
                hidden = pending.range(around: number)
                guard hidden == nil, page.visit(number) else { return false }
                guard let made = item(number, value) else { return true }
                return page.add(made, number)
            }
            guard let hidden else { return page.page }
            after = hidden.first
        }
    }

    /// Makes a page of a tenant's things, newest first, of what `item` takes: see ``page(_:prefix:_:without:_:)``.
    func page<Kind: Record, Item: Sendable>(
        _ record: Kind.Type, of tenant: TenantNumber, _ request: PageRequest,
        _ item: (EntityNumber, Kind.Value) -> Item?
    ) -> Page<Item> where Kind.ID == EntityKey {
        page(Kind.table, prefix: RecordKeys.tenant(tenant), request) { number, value in
            let id = EntityKey(tenant: tenant, number: number)
            return item(number, trusted(Kind.name) { () throws(RecordDamage) in try Kind.decode(id, value) })
        }
    }

    /// Walks a table or index whose keys are a prefix and a number, oldest first.
    func forEach(_ table: TableID, prefix: borrowing Key, _ visit: (EntityNumber, RawSpan) -> Bool) {
        let prefixCount = prefix.count
        scan(table, prefix: prefix, from: nil, descending: false) { key, value in
            var reader = ValueReader(key.afterPrefix(prefixCount))
            return visit(reader.entity(), value)
        }
    }
}
