internal import Journal
internal import Store

extension StateScanning {
    /// Makes a page of what matches, newest first.
    ///
    /// - Parameters:
    ///   - query: The states to match.
    ///   - request: The part of the list.
    ///   - pending: Numbers to leave out.
    ///   - item: Looks at the row, which decides, also where ends differ within a block; nil leaves a number out.
    /// - Returns: The page.
    /// - Complexity: a block that is read has a match, a group that is read has a block with one unless it straddles
    ///   `now`; so O(1) records per item where ends are alike, 129 where they differ, and at most
    ///   ``PageRequest/visitsMax``.
    func page<Item: Sendable>(
        _ query: StateQuery, _ request: PageRequest, without pending: PendingRanges = PendingRanges(),
        _ item: (EntityNumber) -> Item?
    ) -> Page<Item> {
        var page = PageBuilder<Item>(limit: request.limit)
        var bound = request.after?.rawValue
        while true {
            var hidden: PendingRange?
            let visit = { (first: UInt64, candidates: UInt64) -> Bool in
                var bits = candidates
                while bits != 0 {
                    let highest = UInt64(63 - bits.leadingZeroBitCount)
                    bits ^= 1 << highest
                    let number = EntityNumber(rawValue: first + highest)
                    hidden = pending.range(around: number)
                    guard hidden == nil, page.visit(number) else { return false }
                    guard let made = item(number) else { continue }
                    guard page.add(made, number) else { return false }
                }
                return true
            }
            forEachBlock(
                query, below: bound, visiting: { page.visit(EntityNumber(rawValue: $0)) }, visit: visit)
            guard let hidden else { return page.page }
            bound = hidden.first.rawValue
        }
    }

    /// Which numbers of a block may match.
    func candidates(_ query: StateQuery, block: UInt64) -> UInt64 {
        read(query.index.table, query.key(.block, block)) { query.candidates($0) } ?? 0
    }

    /// Visits the blocks that may have a match, newest first, with the bits that may.
    ///
    /// - Parameters:
    ///   - query: The states to match.
    ///   - bound: Only numbers below it are visited; nil for all.
    ///   - visiting: Called with the highest number that a record decides about, before the record is read; false ends
    ///     the walk.
    ///   - visit: Called with a block's first number and the bits that may match; false ends the walk.
    private func forEachBlock(
        _ query: StateQuery, below bound: UInt64?, visiting: (UInt64) -> Bool,
        visit: (_ first: UInt64, _ candidates: UInt64) -> Bool
    ) {
        if bound == 0 { return }
        let width = StateIndex.width
        let last = bound.map { $0 - 1 } ?? .max
        let prefix = query.prefix(.group)
        let start = bound.map { _ in query.key(.group, last / width / width) }
        scan(query.index.table, prefix: prefix, from: start, descending: true) { key, value in
            var reader = ValueReader(key.afterPrefix(prefix.count))
            let group = reader.compact()
            guard visiting(min(last, (group * width + width) * width - 1)) else { return false }
            var blocks = query.candidates(value)
            while blocks != 0 {
                let highest = UInt64(63 - blocks.leadingZeroBitCount)
                blocks ^= 1 << highest
                let block = group * width + highest
                let first = block * width
                guard first <= last else { continue }
                guard visiting(min(last, first + width - 1)) else { return false }
                var bits = candidates(query, block: block)
                if last - first < width - 1 { bits &= (1 << (last - first + 1)) - 1 }
                guard bits == 0 || visit(first, bits) else { return false }
            }
            return true
        }
    }
}
