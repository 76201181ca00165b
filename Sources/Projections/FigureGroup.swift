/// A scope's metric in a second.
struct FigureGroup: TimedGroup {
    var tenant: UInt32
    var campaign: UInt64
    var second: UInt64
    var metric: Figure

    var slotHash: UInt64 { mixed(UInt64(tenant), campaign, second << 8 | UInt64(metric.rawValue)) }

    static func < (left: FigureGroup, right: FigureGroup) -> Bool {
        if left.tenant != right.tenant { return left.tenant < right.tenant }
        if left.campaign != right.campaign { return left.campaign < right.campaign }
        if left.second != right.second { return left.second < right.second }
        return left.metric.rawValue < right.metric.rawValue
    }
}
