internal import Store

/// Which things are wanted of a ``StateBlock``.
struct StateMatch {
    /// Settled things: bit *n* for the slot of raw value *n*.
    var settled: UInt8 = 0
    /// Things that are open, and whose end has not come.
    var wantsOpen = false
    /// Things whose end has come while they were open.
    var wantsEnded = false

    static func settled(_ slot: StateBlock.Slot) -> StateMatch { StateMatch(settled: 1 << UInt8(slot.rawValue)) }

    /// The bits that match, or may: those of an end that can have come or not, where ends differ.
    func candidates(in block: StateBlock, nowMilliseconds now: UInt64) -> UInt64 {
        var bits: UInt64 = 0
        for slot in [StateBlock.Slot.first, .second, .third, .fourth, .fifth]
        where settled & 1 << UInt8(slot.rawValue) != 0 {
            bits |= block[slot]
        }
        if wantsOpen { bits |= block[.endless] }
        guard let ends = block.ends else { return bits }
        if wantsOpen, ends.latest > now { bits |= block[.ending] }
        if wantsEnded, ends.soonest <= now { bits |= block[.ending] }
        return bits
    }
}
