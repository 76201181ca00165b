/// A digit of an inner node: how many redemptions have it, and how many different waits they have.
struct WaitBranch {
    var digit: UInt8
    var count: UInt64
    var distinct: UInt64
}
