/// What many equal changes add up to: a key and two numbers.
struct GroupedSum<Group: ChangeGroup> {
    var group: Group
    var first: Int64
    var second: Int64
}

/// What changes are grouped by: something in a scope.
protocol ChangeGroup: Comparable {
    var tenant: UInt32 { get }
    /// 0 for the whole tenant.
    var campaign: UInt64 { get set }
    /// A hash that is cheap and good enough to spread a few thousand groups.
    var slotHash: UInt64 { get }
}

/// What changes are grouped by that belong to a second.
protocol TimedGroup: ChangeGroup {
    var second: UInt64 { get }
}

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

extension GroupedSum: Addend {
    var isZero: Bool { first == 0 && second == 0 }

    static func < (left: GroupedSum, right: GroupedSum) -> Bool { left.group < right.group }

    func isAlike(_ other: GroupedSum) -> Bool { group == other.group }

    mutating func add(_ other: GroupedSum) {
        first += other.first
        second += other.second
    }
}

/// Mixes three words into a hash; its upper half is the better one.
@inline(__always)
func mixed(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt64 {
    var hash = (first ^ 0x9E37_79B9_7F4A_7C15) &* 0xD6E8_FEB8_6659_FD93
    hash = (hash ^ hash >> 32 ^ second) &* 0xD6E8_FEB8_6659_FD93
    return (hash ^ hash >> 32 ^ third) &* 0xD6E8_FEB8_6659_FD93
}

/// A scope's metric in a second.
struct FigureGroup: TimedGroup {
    var tenant: UInt32
    var campaign: UInt64
    var second: UInt64
    var metric: Metric

    var slotHash: UInt64 { mixed(UInt64(tenant), campaign, second << 8 | UInt64(metric.rawValue)) }

    static func < (left: FigureGroup, right: FigureGroup) -> Bool {
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        if left.campaign != right.campaign { return left.campaign < right.campaign }
        if left.second != right.second { return left.second < right.second }
        return left.metric.rawValue < right.metric.rawValue
    }
}

/// A scope's time-to-redeem in a second.
struct WaitGroup: TimedGroup {
    var tenant: UInt32
    var wait: UInt32
    var campaign: UInt64
    var second: UInt64

    var slotHash: UInt64 { mixed(UInt64(tenant) << 32 | UInt64(wait), campaign, second) }

    static func < (left: WaitGroup, right: WaitGroup) -> Bool {
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        if left.campaign != right.campaign { return left.campaign < right.campaign }
        if left.second != right.second { return left.second < right.second }
        return left.wait < right.wait
    }
}

/// A scope's issuer, by its number in the pass.
struct IssuerGroup: ChangeGroup {
    var tenant: UInt32
    var issuer: UInt32
    var campaign: UInt64

    var slotHash: UInt64 { mixed(UInt64(tenant), campaign, UInt64(issuer)) }

    static func < (left: IssuerGroup, right: IssuerGroup) -> Bool {
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        if left.campaign != right.campaign { return left.campaign < right.campaign }
        return left.issuer < right.issuer
    }
}
