internal import Store

/// Which numbers belong to an owner: an index from one entity to others, 64 neighbouring numbers to a record.
///
/// Numbers ascend over everything, so the claims of a launch lie close together. A bit in a record that the batch
/// has in hand anyway costs a claim far less than a record of its own, in time, in the journal and in LMDB.
enum NumberIndex {
    /// Numbers per record: the bits of its value.
    static let blockSize: UInt64 = 64

    static func block(of number: EntityNumber) -> UInt64 { number.rawValue / blockSize }

    static func bit(of number: EntityNumber) -> UInt64 { 1 << (number.rawValue % blockSize) }

    /// Reads the bits of a record.
    @inline(__always)
    static func bits(decoding value: RawSpan) throws(RecordDamage) -> UInt64 {
        var reader = ValueReader(value)
        let bits = reader.integer(UInt64.self)
        try reader.finish()
        guard bits != 0 else { throw .value }
        return bits
    }

    /// Reads the bits of what is a record.
    static func decode(_ value: RawSpan) -> UInt64 {
        trusted("an index") { () throws(RecordDamage) in try bits(decoding: value) }
    }
}

extension Transaction {
    /// Notes in an index that a number belongs to an owner.
    ///
    /// - Parameters:
    ///   - table: The table of the index.
    ///   - tenant: The tenant.
    ///   - owner: The owner.
    ///   - number: The number.
    ///   - isFirst: True if the owner is known to have no number in the index, which saves a look-up.
    @inline(__always)
    func addToIndex(
        _ table: TableID, _ tenant: TenantNumber, _ owner: EntityNumber, _ number: EntityNumber, isFirst: Bool = false
    ) {
        let key = RecordKeys.indexBlock(tenant, owner, NumberIndex.block(of: number))
        let bit = NumberIndex.bit(of: number)
        guard !isFirst else { return insert(table, key) { $0.append(bit) } }
        update(table, key, reading: NumberIndex.decode) { bits, writer in writer.append(bit | (bits ?? 0)) }
    }

    /// Takes a number that belongs to an owner out of an index.
    func removeFromIndex(_ table: TableID, _ tenant: TenantNumber, _ owner: EntityNumber, _ number: EntityNumber) {
        let key = RecordKeys.indexBlock(tenant, owner, NumberIndex.block(of: number))
        let rest = (read(table, key) { NumberIndex.decode($0) } ?? 0) & ~NumberIndex.bit(of: number)
        guard rest != 0 else { return remove(table, key) }
        put(table, key) { $0.append(rest) }
    }
}

extension StateReading {
    /// True if an index has a number under an owner.
    func isIndexed(
        _ table: TableID, _ tenant: TenantNumber, _ owner: EntityNumber, _ number: EntityNumber
    ) -> Bool {
        let key = RecordKeys.indexBlock(tenant, owner, NumberIndex.block(of: number))
        return (read(table, key) { NumberIndex.decode($0) } ?? 0) & NumberIndex.bit(of: number) != 0
    }
}

extension StateScanning {
    /// Visits the numbers of an owner, oldest first, until `visit` says no.
    func forEachIndexed(
        _ table: TableID, _ tenant: TenantNumber, _ owner: EntityNumber, _ visit: (EntityNumber) -> Bool
    ) {
        let prefix = RecordKeys.entity(tenant, owner)
        scan(table, prefix: prefix, from: nil, descending: false) { key, value in
            var reader = ValueReader(key.afterPrefix(prefix.count))
            let first = reader.compact() * NumberIndex.blockSize
            var bits = NumberIndex.decode(value)
            while bits != 0 {
                guard visit(EntityNumber(rawValue: first + UInt64(bits.trailingZeroBitCount))) else { return false }
                bits &= bits - 1
            }
            return true
        }
    }

    /// Makes a page of an owner's numbers, newest first, of what `item` takes.
    ///
    /// - Parameters:
    ///   - table: The table of the index.
    ///   - tenant: The tenant.
    ///   - owner: The owner.
    ///   - request: The part of the list.
    ///   - pending: Numbers to leave out.
    ///   - candidates: Gives the numbers of a block that can match, where an index knows; the others are passed over.
    ///   - item: Makes the item of a number; nil leaves it out.
    /// - Returns: The page.
    /// - Complexity: O(records visited), at most ``PageRequest/visitsMax``.
    func pageOfIndex<Item: Sendable>(
        _ table: TableID, _ tenant: TenantNumber, _ owner: EntityNumber, _ request: PageRequest,
        without pending: PendingRanges = PendingRanges(), candidates: (_ block: UInt64) -> UInt64 = { _ in .max },
        _ item: (EntityNumber) -> Item?
    ) -> Page<Item> {
        pageOfBlocks(
            table, prefix: RecordKeys.entity(tenant, owner), request, without: pending, candidates: candidates, item)
    }

    /// Makes a page of the numbers of an index whose keys are a prefix and a block: see
    /// ``pageOfIndex(_:_:_:_:without:candidates:_:)``.
    func pageOfBlocks<Item: Sendable>(
        _ table: TableID, prefix: Key, _ request: PageRequest, without pending: PendingRanges = PendingRanges(),
        candidates: (_ block: UInt64) -> UInt64 = { _ in .max }, _ item: (EntityNumber) -> Item?
    ) -> Page<Item> {
        var page = PageBuilder<Item>(limit: request.limit)
        var after = request.after
        while true {
            let start = after.map { after in
                var key = prefix
                key.append(compact: NumberIndex.block(of: after))
                return key
            }
            var hidden: PendingRange?
            scan(table, prefix: prefix, from: start, descending: true) { key, value in
                var reader = ValueReader(key.afterPrefix(prefix.count))
                let block = reader.compact()
                let first = block * NumberIndex.blockSize
                guard page.visit(EntityNumber(rawValue: first + NumberIndex.blockSize - 1)) else { return false }
                var bits = NumberIndex.decode(value) & candidates(block)
                while bits != 0 {
                    let highest = UInt64(63 - bits.leadingZeroBitCount)
                    bits ^= 1 << highest
                    let number = EntityNumber(rawValue: first + highest)
                    if let after, number >= after { continue }
                    hidden = pending.range(around: number)
                    guard hidden == nil, page.visit(number) else { return false }
                    guard let made = item(number) else { continue }
                    guard page.add(made, number) else { return false }
                }
                return true
            }
            guard let hidden else { return page.page }
            after = hidden.first
        }
    }
}
