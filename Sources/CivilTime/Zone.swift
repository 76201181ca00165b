/// A zone of time: how far its clocks are from UTC at every instant.
///
/// Read from a compiled file of the IANA database (TZif, RFC 9636, versions 1 to 4). The system's files are the only
/// source: a library with zones of its own says what was right when it was built.
package struct Zone: Sendable {
    /// The name, as it was asked for.
    package let name: String
    /// The instants, ascending, at which the offset becomes another.
    private let changes: [(second: Int64, offset: Int64)]
    /// The offset before the first of them.
    private let firstOffset: Int64
    /// The end of the file's list, from which on ``rule`` holds.
    private let listEnd: Int64
    private let rule: ZoneRule?

    /// UTC, which needs no file.
    package static let utc = Zone(name: "UTC", changes: [], firstOffset: 0, listEnd: .min, rule: nil)

    init(
        name: String, changes: [(second: Int64, offset: Int64)], firstOffset: Int64, listEnd: Int64, rule: ZoneRule?
    ) {
        self.name = name
        self.changes = changes
        self.firstOffset = firstOffset
        self.listEnd = listEnd
        self.rule = rule
    }

    /// The seconds that its clocks are ahead of UTC at an instant.
    ///
    /// - Complexity: O(log *n*) in the changes of the file.
    package func offset(at second: Int64) -> Int64 {
        if let rule, second >= listEnd { return rule.offset(at: second) }
        let next = firstChange(after: second)
        return next == 0 ? firstOffset : changes[next - 1].offset
    }

    /// The next instant after one at which the offset becomes another; nil when it stays.
    package func change(after second: Int64) -> (second: Int64, offset: Int64)? {
        let next = firstChange(after: second)
        if next < changes.count { return changes[next] }
        return rule?.change(after: max(second, listEnd))
    }

    /// The index of the first listed change after an instant.
    private func firstChange(after second: Int64) -> Int {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].second > second { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
