public import Journal
public import Store

/// All deadlines: the one list that the sequencer, recovery and promotion follow.
public enum Deadlines {
    /// The declarations, in the order of their tables: those of all records that are one.
    public static let all: [any Deadline.Type] = Tables.records.compactMap { $0.deadline }

    /// The declaration of a kind.
    public static func of(_ kind: DeadlineKind) -> any Deadline.Type { all[Int(kind.rawValue)] }

    /// Visits what falls due within a time, in no order that means anything; some entries twice.
    ///
    /// - Complexity: O(entries visited + tenants that have any + keys in the overlay).
    public static func forEach(
        due range: Range<Timestamp>, in state: Transaction, _ visit: (DueEntry) -> Void
    ) {
        for deadline in all {
            state.forEachInOverlay(deadline.table) { key in
                let entry = DueEntry(deadline, key: key)
                if range.contains(entry.due) { visit(entry) }
            }
            forEach(deadline, due: range, in: state.base, visit)
        }
    }

    /// Walks a table from tenant to tenant, in each of them only the range.
    private static func forEach(
        _ deadline: any Deadline.Type, due range: Range<Timestamp>, in state: Snapshot, _ visit: (DueEntry) -> Void
    ) {
        let first = max(0, range.lowerBound.milliseconds - deadline.delayMilliseconds)
        let instant = Timestamp(milliseconds: first)
        var tenant = TenantNumber.system
        var isMore = true
        while isMore {
            isMore = false
            let here = tenant
            state.scan(deadline.table, prefix: Key(), from: start(here, instant), descending: false) { key, _ in
                let entry = DueEntry(deadline, key: key)
                if range.contains(entry.due) {
                    visit(entry)
                    tenant = entry.tenant
                    return true
                }
                // Before the range only where the tenant is another than was looked for; behind it the next one comes.
                let isBefore = entry.due < range.lowerBound
                isMore = isBefore || entry.tenant.rawValue < .max
                tenant = isBefore ? entry.tenant : TenantNumber(rawValue: entry.tenant.rawValue &+ 1)
                return false
            }
        }
    }

    private static func start(_ tenant: TenantNumber, _ instant: Timestamp) -> Key {
        var key = RecordKeys.tenant(tenant)
        key.append(bigEndian: UInt64(bitPattern: instant.milliseconds))
        return key
    }
}
