internal import Store

extension Transaction {
    /// Finds the next numbers that a table has records under, in their order: a transaction cannot be walked, but LMDB
    /// below it can, and the overlay above has few keys.
    ///
    /// Some may have been removed since.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - prefix: The beginning of the keys; behind it comes the number, and perhaps more.
    ///   - first: The first number.
    ///   - end: The number behind the last one.
    ///   - countMax: The most numbers.
    /// - Returns: The numbers, each once.
    /// - Complexity: O(records visited, and keys of the overlay), however far the numbers lie apart.
    func numbers(
        _ table: TableID, prefix: borrowing Key, from first: UInt64, below end: UInt64, atMost countMax: Int
    ) -> [UInt64] {
        let prefix = copy prefix
        var start = prefix
        start.append(compact: first)
        var numbers: [UInt64] = []
        base.scan(table, prefix: prefix, from: start, descending: false) { key, _ in
            var reader = ValueReader(key.afterPrefix(prefix.count))
            let number = reader.compact()
            guard number < end else { return false }
            if numbers.last != number { numbers.append(number) }
            return numbers.count < countMax
        }
        let stored = numbers.count
        forEachInOverlay(table) { key in
            let isOne = key.withUnsafeBytes { key in prefix.withBytes { key.starts(with: $0) } }
            guard isOne else { return }
            var reader = ValueReader(key.afterPrefix(prefix.count))
            let number = reader.compact()
            if first <= number, number < end { numbers.append(number) }
        }
        guard numbers.count > stored else { return numbers }
        numbers.sort()
        var (last, distinct): (UInt64?, [UInt64]) = (nil, [])
        for number in numbers where number != last && distinct.count < countMax {
            distinct.append(number)
            last = number
        }
        return distinct
    }
}
