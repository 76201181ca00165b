internal import Journal
internal import Store

extension PendingRanges {
    /// Removes a piece of what a big command that was given up has stored, and at last its range.
    ///
    /// Nobody has seen any of it, and nobody sees it go.
    ///
    /// - Parameters:
    ///   - end: The value of ``PendingRange/end``; nothing happens when it is not pending.
    ///   - context: The context of the command.
    /// - Returns: True if something may be left.
    public static func removePiece(ofRangeBefore end: EntityNumber, in context: inout DecisionContext) -> Bool {
        guard let range = context.pending.ranges.first(where: { $0.end == end }) else { return false }
        let (numbers, isCut) = numbers(in: range, of: context.state)
        var next = isCut ? numbers.last.map { $0 + 1 } : nil
        var removed = 0
        for number in numbers {
            guard removed < Codes.removalsMax else {
                next = number
                break
            }
            let number = EntityNumber(rawValue: number)
            if let row = Codes.row(number, tenant: range.tenant, state: context.state) {
                Codes.remove(row, number, tenant: range.tenant, in: context.state)
                removed += 4
            } else {
                removed += Document.remove(number, tenant: range.tenant, in: context.state)
            }
        }
        guard let next, next < end.rawValue else {
            PendingRanges.end(range, in: &context)
            return false
        }
        shrink(range, to: EntityNumber(rawValue: next), in: &context)
        return true
    }

    /// The next numbers of a range that codes or documents are stored under, and whether others may follow.
    private static func numbers(in range: PendingRange, of state: Transaction) -> (numbers: [UInt64], isCut: Bool) {
        let tables = [Tables.codes, Tables.documents].map { table in
            state.numbers(
                table, prefix: RecordKeys.tenant(range.tenant), from: range.first.rawValue, below: range.end.rawValue,
                atMost: Codes.removalsMax)
        }
        let isCut = tables.contains { $0.count == Codes.removalsMax }
        return (Set(tables.joined()).sorted(), isCut)
    }
}
