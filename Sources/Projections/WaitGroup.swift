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
