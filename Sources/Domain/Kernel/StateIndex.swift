internal import Store

/// Where things stand, by blocks of 64 numbers and groups of 64 blocks: what lists by state are made of.
///
/// Derived: kept by the applier, in no frame and no digest. A group's record says which of its blocks have any, so that
/// a few matches among millions of numbers are found in as many steps.
struct StateIndex: Sendable {
    /// The level of a record; part of its key.
    enum Level: UInt8 {
        /// The records of blocks.
        case block = 0
        /// The records of groups.
        case group = 1
    }

    /// Numbers per block, and blocks per group.
    static let width: UInt64 = 64

    var table: TableID
    /// Where the rows are.
    var rows: TableID
    /// Reads the end in a row; nil when it is damaged.
    var end: @Sendable (RawSpan) -> UInt64?

    /// The prefix of a scope's records of one level; campaign 0 is the whole tenant.
    static func prefix(tenant: UInt32, campaign: UInt64, _ level: Level) -> Key {
        var key = Key()
        key.append(compact: UInt64(tenant))
        key.append(compact: campaign)
        key.append(byte: level.rawValue)
        return key
    }

    static func key(tenant: UInt32, campaign: UInt64, _ level: Level, _ number: UInt64) -> Key {
        var key = prefix(tenant: tenant, campaign: campaign, level)
        key.append(compact: number)
        return key
    }

    /// A change of where a thing stands.
    struct Update {
        var tenant: UInt32
        var campaign: UInt64
        var number: UInt64
        /// Nil when the thing is gone.
        var slot: StateBlock.Slot?
        /// Its end before and after; ``noEnd`` without one.
        var endBefore: UInt64
        var endAfter: UInt64
    }

    // MARK: Writing

    /// A change in a scope: of a thing in a block, or of a block in its group.
    private struct Entry {
        var tenant: UInt32
        var campaign: UInt64
        /// The thing's number, or the block's.
        var number: UInt64
        var slots: UInt8
        var before: StateBlock.Ends?
        var after: StateBlock.Ends?

        func isInSameRecord(as other: Entry) -> Bool {
            number / width == other.number / width && campaign == other.campaign && tenant == other.tenant
        }

        var change: StateBlock.Change {
            StateBlock.Change(index: number % width, slots: slots, before: before, after: after)
        }
    }

    /// Brings the index up to changes of different things, given in the order of tenant and number.
    func write(_ updates: [Update], _ writer: inout ProjectionWriter) throws(StoreError) -> ProjectionState {
        var entries = updates.map { StateIndex.entry($0, campaign: 0) }
        guard try write(entries, &writer) else { return .stale }
        entries = updates.filter { $0.campaign != 0 }.map { StateIndex.entry($0, campaign: $0.campaign) }
        entries.sort { ($0.tenant, $0.campaign, $0.number) < ($1.tenant, $1.campaign, $1.number) }
        return try write(entries, &writer) ? .current : .stale
    }

    private static func entry(_ update: Update, campaign: UInt64) -> Entry {
        func ends(_ end: UInt64) -> StateBlock.Ends? { end == noEnd ? nil : StateBlock.Ends(soonest: end, latest: end) }
        return Entry(
            tenant: update.tenant, campaign: campaign, number: update.number,
            slots: update.slot.map { 1 << UInt8($0.rawValue) } ?? 0, before: ends(update.endBefore),
            after: update.slot == .ending ? ends(update.endAfter) : nil)
    }

    /// Writes the blocks and then the groups of those that changed; false when a record is damaged.
    private func write(_ entries: [Entry], _ writer: inout ProjectionWriter) throws(StoreError) -> Bool {
        guard let groups = try write(entries, .block, &writer) else { return false }
        return try write(groups, .group, &writer) != nil
    }

    /// Writes the records of a level; returns what changes a level higher.
    private func write(
        _ entries: [Entry], _ level: Level, _ writer: inout ProjectionWriter
    ) throws(StoreError) -> [Entry]? {
        guard !entries.isEmpty else { return [] }
        return try writer.withCursor(table) { (cursor) throws(StoreError) in
            var above: [Entry] = []
            var bytes: [UInt8] = []
            var start = 0
            while start < entries.count {
                let first = entries[start]
                var end = start + 1
                while end < entries.count, entries[end].isInSameRecord(as: first) { end += 1 }
                let number = first.number / StateIndex.width
                let key = StateIndex.key(tenant: first.tenant, campaign: first.campaign, level, number)
                guard let old = try StateIndex.read(key, &cursor) else { return nil }
                var new = old
                try new.apply(entries[start..<end].lazy.map(\.change)) { (bits) throws(StoreError) in
                    try ends(of: bits, first, level, &cursor, writer)
                }
                try StateIndex.write(new, over: old, key, &cursor, &bytes)
                if new.slots != old.slots || new.ends != old.ends {
                    above.append(
                        Entry(
                            tenant: first.tenant, campaign: first.campaign, number: number, slots: new.slots,
                            before: old.ends, after: new.ends))
                }
                start = end
            }
            return above
        }
    }

    /// Reads a record: empty when there is none, nil when it is damaged.
    private static func read(_ key: Key, _ cursor: inout RecordCursor) throws(StoreError) -> StateBlock? {
        guard let value = try cursor.find(key) else { return StateBlock() }
        return StateBlock(decoding: value.bytes)
    }

    private static func write(
        _ new: StateBlock, over old: StateBlock, _ key: Key, _ cursor: inout RecordCursor, _ bytes: inout [UInt8]
    ) throws(StoreError) {
        guard new != old else { return }
        guard !new.isEmpty else { return try cursor.remove(key) }
        bytes.removeAll(keepingCapacity: true)
        new.encode(to: &bytes)
        try cursor.put(key, bytes.span.bytes)
    }

    /// The ends behind bits of a record: of rows, or of blocks.
    private func ends(
        of bits: UInt64, _ entry: Entry, _ level: Level, _ cursor: inout RecordCursor,
        _ writer: borrowing ProjectionWriter
    ) throws(StoreError) -> StateBlock.Ends? {
        let first = entry.number / StateIndex.width * StateIndex.width
        var found: StateBlock.Ends?
        var rest = bits
        func next() -> UInt64 {
            defer { rest &= rest - 1 }
            return first + UInt64(rest.trailingZeroBitCount)
        }
        switch level {
        case .block:
            try writer.withCursor(rows) { (rowCursor) throws(StoreError) in
                while rest != 0 {
                    let key = RowKeys.entity(tenant: entry.tenant, next())
                    guard let row = try rowCursor.find(key), let end = end(row.bytes), end != noEnd else { continue }
                    found = StateBlock.Ends.join(found, StateBlock.Ends(soonest: end, latest: end))
                }
            }
        case .group:
            while rest != 0 {
                let key = StateIndex.key(tenant: entry.tenant, campaign: entry.campaign, .block, next())
                found = StateBlock.Ends.join(found, try StateIndex.read(key, &cursor)?.ends)
            }
        }
        return found
    }
}
