internal import Store

/// The tree that counts the times-to-redeem of one bucket, for changing it.
struct WaitTree {
    /// Where a node is.
    private struct Place {
        var key: Key
        var depth: Int
        /// The first wait of its range.
        var start: UInt32
    }

    /// The sums of a node, or their change.
    private struct Sums {
        var count: Int64
        var distinct: Int64

        init(of counts: ArraySlice<WaitCount>) {
            count = counts.reduce(0) { $0 + Int64($1.count) }
            distinct = Int64(counts.count)
        }

        init(count: Int64, distinct: Int64) {
            self.count = count
            self.distinct = distinct
        }
    }

    private enum Failure: Error {
        case store(StoreError)
        /// A count would have fallen below 0, or a record is not one.
        case contradiction
    }

    private let root: Place
    /// The key of the bucket's nodes, which the digits that lead to one make whole.
    private let nodes: Key

    /// Names a bucket's tree.
    init(tenant: UInt32, campaign: UInt64, _ level: TimeLevel, _ bucket: UInt64) {
        let key = MetricsKeys.wait(tenant: tenant, campaign: campaign, level, .root, bucket)
        root = Place(key: key, depth: 0, start: 0)
        nodes = MetricsKeys.wait(tenant: tenant, campaign: campaign, level, .node, bucket)
    }

    /// Adds changes, in order of the waits; false when a count would fall below 0.
    func add(_ deltas: [WaitDelta], through cursor: inout RecordCursor) throws(StoreError) -> Bool {
        guard !deltas.isEmpty else { return true }
        do throws(Failure) {
            _ = try add(deltas[...], at: root, &cursor)
            return true
        } catch {
            switch error {
            case .store(let error): throw error
            case .contradiction: return false
            }
        }
    }

    private func add(
        _ deltas: ArraySlice<WaitDelta>, at place: Place, _ cursor: inout RecordCursor
    ) throws(Failure) -> Sums {
        switch try read(place, &cursor) {
        case .flat(let counts):
            let merged = try WaitTree.merge(counts, deltas)
            _ = try write(merged[...], at: place, &cursor)
            return Sums(
                count: deltas.reduce(0) { $0 + $1.count }, distinct: Int64(merged.count) - Int64(counts.count))
        case .inner(let branches):
            return try add(deltas, to: branches, at: place, &cursor)
        }
    }

    /// Hands the changes of an inner node on to its children; it becomes flat when little is left.
    private func add(
        _ deltas: ArraySlice<WaitDelta>, to branches: [WaitBranch], at place: Place, _ cursor: inout RecordCursor
    ) throws(Failure) -> Sums {
        var branches = branches
        var change = Sums(count: 0, distinct: 0)
        var rest = deltas
        while let first = rest.first {
            let digit = WaitNode.digit(first.wait, place.depth)
            let end = rest.firstIndex { WaitNode.digit($0.wait, place.depth) != digit } ?? rest.endIndex
            let child = try add(rest[..<end], at: self.child(digit, of: place), &cursor)
            try WaitTree.change(&branches, digit, child)
            change.count += child.count
            change.distinct += child.distinct
            rest = rest[end...]
        }
        if branches.reduce(0, { $0 + $1.distinct }) <= UInt64(WaitNode.flatMax) {
            var counts: [WaitCount] = []
            for branch in branches { try takeAll(at: child(branch.digit, of: place), into: &counts, &cursor) }
            _ = try write(counts[...], at: place, &cursor)
        } else {
            try put(WaitNode.encode(branches), at: place, &cursor)
        }
        return change
    }

    private static func change(_ branches: inout [WaitBranch], _ digit: UInt8, _ change: Sums) throws(Failure) {
        let index = branches.firstIndex { $0.digit >= digit } ?? branches.endIndex
        if index == branches.endIndex || branches[index].digit != digit {
            branches.insert(WaitBranch(digit: digit, count: 0, distinct: 0), at: index)
        }
        let count = Int64(branches[index].count) + change.count
        let distinct = Int64(branches[index].distinct) + change.distinct
        guard count >= 0, distinct >= 0 else { throw .contradiction }
        branches[index].count = UInt64(count)
        branches[index].distinct = UInt64(distinct)
        if count == 0 { branches.remove(at: index) }
    }

    private static func merge(
        _ counts: [WaitCount], _ deltas: ArraySlice<WaitDelta>
    ) throws(Failure) -> [WaitCount] {
        var result: [WaitCount] = []
        result.reserveCapacity(counts.count + deltas.count)
        var next = 0
        for delta in deltas {
            while next < counts.count, counts[next].wait < delta.wait {
                result.append(counts[next])
                next += 1
            }
            var sum = delta.count
            if next < counts.count, counts[next].wait == delta.wait {
                sum += Int64(counts[next].count)
                next += 1
            }
            guard sum >= 0 else { throw .contradiction }
            if sum > 0 { result.append(WaitCount(wait: delta.wait, count: UInt64(sum))) }
        }
        result.append(contentsOf: counts[next...])
        return result
    }

    // MARK: Records

    private func child(_ digit: UInt8, of place: Place) -> Place {
        var key = place.depth == 0 ? nodes : place.key
        key.append(byte: digit)
        return Place(
            key: key, depth: place.depth + 1, start: place.start | UInt32(digit) << WaitNode.shift(place.depth))
    }

    private func read(_ place: Place, _ cursor: inout RecordCursor) throws(Failure) -> WaitNode {
        do throws(StoreError) {
            guard let bytes = try cursor.find(place.key) else { return .flat([]) }
            if let node = WaitNode(decoding: bytes, start: place.start) { return node }
        } catch {
            throw .store(error)
        }
        throw .contradiction
    }

    /// Writes a node in the form that its contents ask for, and the nodes below it.
    private func write(
        _ counts: ArraySlice<WaitCount>, at place: Place, _ cursor: inout RecordCursor
    ) throws(Failure) -> Sums {
        let sums = Sums(of: counts)
        guard counts.count > WaitNode.flatMax else {
            try put(counts.isEmpty ? nil : WaitNode.encode(counts, start: place.start), at: place, &cursor)
            return sums
        }
        var branches: [WaitBranch] = []
        var rest = counts
        while let first = rest.first {
            let digit = WaitNode.digit(first.wait, place.depth)
            let end = rest.firstIndex { WaitNode.digit($0.wait, place.depth) != digit } ?? rest.endIndex
            let child = try write(rest[..<end], at: self.child(digit, of: place), &cursor)
            branches.append(WaitBranch(digit: digit, count: UInt64(child.count), distinct: UInt64(child.distinct)))
            rest = rest[end...]
        }
        try put(WaitNode.encode(branches), at: place, &cursor)
        return sums
    }

    /// Removes a node and those below it; their contents go to `counts`.
    private func takeAll(
        at place: Place, into counts: inout [WaitCount], _ cursor: inout RecordCursor
    ) throws(Failure) {
        switch try read(place, &cursor) {
        case .flat(let own): counts += own
        case .inner(let branches):
            for branch in branches { try takeAll(at: child(branch.digit, of: place), into: &counts, &cursor) }
        }
        try put(nil, at: place, &cursor)
    }

    private func put(_ bytes: [UInt8]?, at place: Place, _ cursor: inout RecordCursor) throws(Failure) {
        do throws(StoreError) {
            if let bytes { try cursor.put(place.key, bytes.span.bytes) } else { try cursor.remove(place.key) }
        } catch {
            throw .store(error)
        }
    }
}
