#if canImport(Glibc)
    internal import Glibc
#endif

/// The keys of a layer by table and in key order: the order in which LMDB likes them.
enum SortedLayer {
    /// An entry with the first 16 bytes of its key as numbers, so that most comparisons touch nothing else.
    struct Item {
        var high: UInt64
        var low: UInt64
        var index: UInt32
    }

    /// Every table that the layer speaks of, with its entries in key order.
    ///
    /// Entries without effect are left out.
    static func tables(of layer: UnsafeMutablePointer<LayerStorage>) -> [(TableID, [Item])] {
        var byTable = [[Item]](repeating: [], count: 256)
        var counts = [Int](repeating: 0, count: 256)
        for index in 0..<layer.pointee.count { counts[Int(layer.pointee.entries[index].table.rawValue)] += 1 }
        for table in 0..<256 where counts[table] > 0 { byTable[table].reserveCapacity(counts[table]) }
        for index in 0..<layer.pointee.count {
            let entry = layer.pointee.entries[index]
            if entry.state == .void || entry.state == .removed && entry.freshInLayer { continue }
            let (high, low) = firstWords(layer.pointee.key(index))
            byTable[Int(entry.table.rawValue)].append(Item(high: high, low: low, index: UInt32(index)))
        }
        return (0..<256).compactMap { table in
            guard !byTable[table].isEmpty else { return nil }
            sort(&byTable[table], layer)
            return (TableID(rawValue: UInt8(table)), byTable[table])
        }
    }

    /// The index of the first item, in key order, whose key is behind another key.
    static func firstIndex(
        in items: [Item], of layer: UnsafeMutablePointer<LayerStorage>, behind key: UnsafeRawBufferPointer
    ) -> Int {
        var range = 0..<items.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if precedes(key, layer.pointee.key(Int(items[middle].index))) {
                range = range.lowerBound..<middle
            } else {
                range = middle + 1..<range.upperBound
            }
        }
        return range.lowerBound
    }

    private static func sort(_ items: inout [Item], _ layer: UnsafeMutablePointer<LayerStorage>) {
        items.sort { left, right in
            if left.high != right.high { return left.high < right.high }
            if left.low != right.low { return left.low < right.low }
            return precedes(layer.pointee.key(Int(left.index)), layer.pointee.key(Int(right.index)))
        }
    }

    private static func precedes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        let length = min(left.count, right.count)
        if length > 0, let first = left.baseAddress, let second = right.baseAddress {
            let order = memcmp(first, second, length)
            if order != 0 { return order < 0 }
        }
        return left.count < right.count
    }

    /// The first 16 bytes, most significant first, short keys padded with zeros.
    private static func firstWords(_ key: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
        if key.count >= 16 {
            return (
                UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                UInt64(bigEndian: key.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        var words: (UInt64, UInt64) = (0, 0)
        for offset in 0..<key.count {
            let byte = UInt64(key[offset])
            if offset < 8 {
                words.0 |= byte << UInt64(56 - 8 * offset)
            } else {
                words.1 |= byte << UInt64(56 - 8 * (offset - 8))
            }
        }
        return words
    }
}
