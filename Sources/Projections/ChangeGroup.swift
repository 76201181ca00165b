/// A key that changes are grouped by: a thing in a scope.
protocol ChangeGroup: Comparable {
    var tenant: UInt32 { get }
    /// 0 for the whole tenant.
    var campaign: UInt64 { get set }
    /// A hash that is cheap and good enough to spread a few thousand groups.
    var slotHash: UInt64 { get }
}
