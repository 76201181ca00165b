/// A time-to-redeem in seconds and how many redemptions have it.
struct WaitCount {
    var wait: UInt32
    var count: UInt64
}
