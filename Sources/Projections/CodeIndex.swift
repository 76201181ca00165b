internal import Domain
internal import Store

/// The codes that a layer's redemptions are on, with what counts of them.
///
/// Each is looked up once, in key order, however many redemptions it has. A code that is removed in the layer is known
/// from before.
struct CodeIndex {
    struct Entry {
        var tenant: UInt32
        /// The issuer's number in ``issuers``; nil without one.
        var issuer: UInt32?
        var code: UInt64
        var campaign: UInt64 = 0
        var createdMilliseconds: UInt64 = 0
        var isKnown = false
        /// True if it was looked for in the state before the layer.
        var wasSought = false
    }

    /// The state before the layer.
    private let state: Snapshot
    private(set) var entries: [Entry] = []
    /// The issuers of these codes, in their stored form.
    private(set) var issuers: [[UInt8]] = []
    private var issuerNumbers: [[UInt8]: UInt32] = [:]
    /// Entry + 1 by hash; 0: free.
    private var slots = [UInt32](repeating: 0, count: 4096)
    private var last = 0
    private var isAscending = true

    /// - Parameter state: The state before the layer.
    init(over state: Snapshot) {
        self.state = state
    }

    /// The entry of a code: made when the code is new here.
    @inline(__always)
    mutating func entry(tenant: UInt32, _ code: UInt64) -> Int {
        if last < entries.count, entries[last].code == code, entries[last].tenant == tenant { return last }
        last = find(tenant, code)
        return last
    }

    private mutating func find(_ tenant: UInt32, _ code: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: mixed(UInt64(tenant), code, 0) >> 32) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if entries[index].code == code, entries[index].tenant == tenant { return index }
            slot = (slot + 1) & mask
        }
        if let newest = entries.last { isAscending = isAscending && (newest.tenant, newest.code) < (tenant, code) }
        entries.append(Entry(tenant: tenant, code: code))
        slots[slot] = UInt32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return entries.count - 1
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 4)
        let mask = slots.count - 1
        for (index, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: mixed(UInt64(entry.tenant), entry.code, 0) >> 32) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(index + 1)
        }
    }

    /// Remembers what a code is.
    mutating func learn(_ index: Int, _ facts: CodeFields, row: UnsafeRawBufferPointer) {
        entries[index].campaign = facts.campaign
        entries[index].createdMilliseconds = facts.createdMilliseconds
        entries[index].isKnown = true
        if let issuer = facts.issuer {
            entries[index].issuer = number(UnsafeRawBufferPointer(rebasing: row[issuer.range]))
        }
    }

    private mutating func number(_ issuer: UnsafeRawBufferPointer) -> UInt32 {
        if let newest = issuers.last, newest.elementsEqual(issuer) { return UInt32(issuers.count - 1) }
        let bytes = Array(issuer)
        if let known = issuerNumbers[bytes] { return known }
        let number = UInt32(issuers.count)
        issuers.append(bytes)
        issuerNumbers[bytes] = number
        return number
    }

    /// True if the code is known to have no issuer: looks once for it in the state before the layer.
    ///
    /// Answers false for a code that is new in the layer, which ``resolve(_:)`` finds.
    mutating func hasNoIssuer(_ index: Int) -> Bool {
        if !entries[index].isKnown {
            guard !entries[index].wasSought else { return false }
            entries[index].wasSought = true
            seek(index)
        }
        return entries[index].isKnown && entries[index].issuer == nil
    }

    private mutating func seek(_ index: Int) {
        let state = state
        let key = RowKeys.entity(tenant: entries[index].tenant, entries[index].code)
        _ = state.read(Tables.codes, key) { bytes in
            guard let facts = try? CodeFields(decoding: bytes) else { return }
            bytes.withUnsafeBytes { learn(index, facts, row: $0) }
        }
    }

    /// Looks every code up that is not known; false when one is not there.
    mutating func resolve(_ writer: inout ProjectionWriter) throws(StoreError) -> Bool {
        var order = Array(entries.indices)
        if !isAscending {
            order.sort { (entries[$0].tenant, entries[$0].code) < (entries[$1].tenant, entries[$1].code) }
        }
        return try writer.withCursor(Tables.codes) { (cursor) throws(StoreError) in
            for index in order where !entries[index].isKnown {
                let key = RowKeys.entity(tenant: entries[index].tenant, entries[index].code)
                guard let row = try cursor.find(key), let facts = try? CodeFields(decoding: row.bytes) else {
                    return false
                }
                learn(index, facts, row: row)
            }
            return true
        }
    }
}

extension RowBytes {
    var range: Range<Int> { offset..<(offset + count) }
}
