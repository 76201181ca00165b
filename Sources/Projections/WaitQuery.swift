internal import Store

/// Finds ranks among the times-to-redeem of several buckets, digit by digit.
///
/// Reads one node per bucket and digit at most, whatever the buckets count.
struct WaitQuery {
    /// One bucket's tree.
    private struct Tree {
        var node: WaitNode
        /// The beginning of the keys of its other nodes.
        var nodes: Key
    }

    private let snapshot: Snapshot
    private var trees: [Tree] = []
    /// The number of redemptions.
    private(set) var count: UInt64 = 0

    /// Reads the roots of the buckets of a cover.
    init(_ snapshot: Snapshot, tenant: UInt32, campaign: UInt64, _ cover: SuffixCover) throws(MetricsError) {
        self.snapshot = snapshot
        for part in cover.parts {
            let prefix = MetricsKeys.waits(tenant: tenant, campaign: campaign, part.level, .root)
            let nodes = MetricsKeys.waits(tenant: tenant, campaign: campaign, part.level, .node)
            let isSound = snapshot.forEachBucket(MetricsTables.waits, prefix: prefix, part.buckets) { bucket, value in
                guard let node = WaitNode(decoding: value, start: 0) else { return false }
                var nodes = nodes
                nodes.append(compact: bucket)
                trees.append(Tree(node: node, nodes: nodes))
                count += node.count
                return true
            }
            guard isSound else { throw .damaged }
        }
    }

    /// The nearest-rank percentile: of *n* sorted values that with the zero-based index floor(p·(*n*−1)).
    func percentile(_ hundredths: UInt64) throws(MetricsError) -> UInt64? {
        guard count > 0 else { return nil }
        return try value(at: UInt64(UInt128(count - 1) * UInt128(hundredths) / 100))
    }

    /// The value with a zero-based index.
    private func value(at index: UInt64) throws(MetricsError) -> UInt64 {
        var rest = index
        var start: UInt32 = 0
        var trees = trees
        for depth in 0...4 {
            var counts = [UInt64](repeating: 0, count: 256)
            for tree in trees { tree.node.addDigits(depth, to: &counts) }
            let digit = try WaitQuery.locate(&rest, in: counts)
            start |= UInt32(digit) << WaitNode.shift(depth)
            var below: [Tree] = []
            for tree in trees {
                if let tree = try narrowed(tree, digit, depth, start: start) { below.append(tree) }
            }
            trees = below
        }
        var counts = [UInt64](repeating: 0, count: 256)
        for tree in trees {
            guard case .flat(let own) = tree.node else { throw .damaged }
            for count in own { counts[Int(count.wait & 0xFF)] += count.count }
        }
        return UInt64(start | UInt32(try WaitQuery.locate(&rest, in: counts)))
    }

    /// The digit in whose counts the rank lies; the rank then is one within that digit.
    private static func locate(_ rank: inout UInt64, in counts: [UInt64]) throws(MetricsError) -> UInt8 {
        for (digit, count) in counts.enumerated() {
            if rank < count { return UInt8(truncatingIfNeeded: digit) }
            rank -= count
        }
        throw .damaged
    }

    /// The part of a tree below a digit; nil when it is empty.
    private func narrowed(
        _ tree: Tree, _ digit: UInt8, _ depth: Int, start: UInt32
    ) throws(MetricsError) -> Tree? {
        switch tree.node {
        case .flat(let counts):
            let rest = counts.filter { WaitNode.digit($0.wait, depth) == digit }
            return rest.isEmpty ? nil : Tree(node: .flat(rest), nodes: tree.nodes)
        case .inner(let branches):
            guard branches.contains(where: { $0.digit == digit }) else { return nil }
            var key = tree.nodes
            key.append(byte: digit)
            let node = snapshot.read(MetricsTables.waits, key) { bytes in
                bytes.withUnsafeBytes { WaitNode(decoding: $0, start: start) }
            }
            guard let node, let node else { throw .damaged }
            return Tree(node: node, nodes: key)
        }
    }
}

extension WaitNode {
    /// The number of redemptions that it counts.
    fileprivate var count: UInt64 {
        switch self {
        case .flat(let counts): counts.reduce(0) { $0 + $1.count }
        case .inner(let branches): branches.reduce(0) { $0 + $1.count }
        }
    }

    /// Adds its counts by the digit of a depth.
    fileprivate func addDigits(_ depth: Int, to counts: inout [UInt64]) {
        switch self {
        case .flat(let own): for count in own { counts[Int(WaitNode.digit(count.wait, depth))] += count.count }
        case .inner(let branches): for branch in branches { counts[Int(branch.digit)] += branch.count }
        }
    }
}

extension Snapshot {
    /// Visits the records of a range of buckets behind a prefix; false when the visitor has answered so.
    func forEachBucket(
        _ table: TableID, prefix: Key, _ buckets: Range<UInt64>,
        _ visit: (_ bucket: UInt64, _ value: UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        var start = prefix
        start.append(compact: buckets.lowerBound)
        var isSound = true
        scan(table, prefix: prefix, from: start, descending: false) { key, value in
            var reader = ValueReader(key)
            reader.skip(prefix.count)
            let bucket = reader.compact()
            guard bucket < buckets.upperBound else { return false }
            isSound = value.withUnsafeBytes { visit(bucket, $0) }
            return isSound
        }
        return isSound
    }
}
