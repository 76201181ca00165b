/// Adds changes up by group, in memory that does not grow with repetitions.
///
/// A direct-mapped table holds the groups of late; what it drops waits in a list for ``drain()``. The groups of a
/// launch are few and stay in the table.
struct GroupedSums<Group: ChangeGroup> {
    private static var slotCount: Int { 1024 }

    private var slots = [GroupedSum<Group>?](repeating: nil, count: GroupedSums.slotCount)
    private var spilled: [GroupedSum<Group>] = []

    @inline(__always)
    mutating func add(_ group: Group, _ first: Int64, _ second: Int64 = 0) {
        let slot = Int(truncatingIfNeeded: group.slotHash >> 32) & (GroupedSums.slotCount - 1)
        if let known = slots[slot] {
            if known.group == group {
                slots[slot] = GroupedSum(group: group, first: known.first + first, second: known.second + second)
                return
            }
            spilled.append(known)
        }
        slots[slot] = GroupedSum(group: group, first: first, second: second)
    }

    /// All sums that are not 0, each group once and in order.
    mutating func drain() -> [GroupedSum<Group>] {
        for slot in slots.indices {
            guard let sum = slots[slot] else { continue }
            spilled.append(sum)
            slots[slot] = nil
        }
        defer { spilled = [] }
        return spilled.merged()
    }
}

/// Mixes three words into a hash; its upper half is the better one.
@inline(__always)
func mixed(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt64 {
    var hash = (first ^ 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    hash = (hash ^ hash >> 32 ^ second) &* 0xD6E8_FEB8_6659_FD93
    return (hash ^ hash >> 32 ^ third) &* 0xD6E8_FEB8_6659_FD93
}
