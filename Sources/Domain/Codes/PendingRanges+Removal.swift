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
    /// - Returns: True if something is left.
    public static func removePiece(ofRangeBefore end: EntityNumber, in context: inout DecisionContext) -> Bool {
        guard let range = context.pending.ranges.first(where: { $0.end == end }) else { return false }
        var number = range.first
        var removed = 0
        while number < range.end, removed < Codes.removalsMax,
            number.rawValue - range.first.rawValue < UInt64(Codes.lookupsMax)
        {
            if let row = Codes.row(number, tenant: range.tenant, state: context.state) {
                Codes.remove(row, number, tenant: range.tenant, in: context.state)
                removed += 4
            } else {
                removed += Document.remove(number, tenant: range.tenant, in: context.state)
            }
            number = EntityNumber(rawValue: number.rawValue + 1)
        }
        guard number < range.end else {
            PendingRanges.end(range, in: &context)
            return false
        }
        shrink(range, to: number, in: &context)
        return true
    }
}
