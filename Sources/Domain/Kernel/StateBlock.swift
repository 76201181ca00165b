internal import Store

/// Where 64 neighbouring things stand: one bit each; in a group, where any of 64 neighbouring blocks has some.
///
/// Byte table in `docs/formats/projections.md`.
struct StateBlock: Equatable {
    /// The state that a bit stands for; a number is in one of them at most.
    enum Slot: Int, CaseIterable {
        /// Open, and without an end.
        case endless = 0
        /// Open until its end: whether that has come is asked when it is looked at.
        case ending = 1
        /// Settled in a first way: a revoked code, a confirmed hold.
        case first = 2
        /// Settled in a second way: a redeemed code, a released hold.
        case second = 3
        /// Settled in a third way: an exhausted code, an expired hold.
        case third = 4
        /// Settled in a fourth way: a reversed reward.
        case fourth = 5
        /// Settled in a fifth way: an expired reward.
        case fifth = 6

        /// The bit of a record's flags that says that the slot is not empty; bit 5 says something else.
        fileprivate var flag: UInt8 { 1 << UInt8(rawValue < 5 ? rawValue : rawValue + 1) }
    }

    /// The soonest and the latest of some ends, in milliseconds.
    struct Ends: Equatable {
        var soonest: UInt64
        var latest: UInt64

        /// Takes in other ends.
        static func join(_ left: Ends?, _ right: Ends?) -> Ends? {
            guard let left, let right else { return left ?? right }
            return Ends(soonest: min(left.soonest, right.soonest), latest: max(left.latest, right.latest))
        }
    }

    /// The change of one bit.
    struct Change {
        /// Which bit, 0…63.
        var index: UInt64
        /// The slots that it is in from now on: bit *n* for the slot of raw value *n*.
        var slots: UInt8
        /// The ends behind the bit until now, if it is among those that end.
        var before: Ends?
        /// The ends behind it from now on.
        var after: Ends?
    }

    private(set) var masks = SIMD8<UInt64>()
    /// The ends of all that end; exact, so that a record depends on the rows only and not on their history.
    private(set) var ends: Ends?

    subscript(slot: Slot) -> UInt64 { masks[slot.rawValue] }

    var isEmpty: Bool { masks == SIMD8<UInt64>() }

    /// The slots that any bit is in.
    var slots: UInt8 {
        Slot.allCases.reduce(0) { $0 | (self[$1] != 0 ? 1 << UInt8($1.rawValue) : 0) }
    }

    /// Applies changes of different bits.
    ///
    /// - Parameters:
    ///   - changes: The changes.
    ///   - endsOf: Finds the ends of bits that stay as they are; called when one of the bounds has gone.
    /// - Throws: The error of `endsOf`.
    mutating func apply(
        _ changes: some Sequence<Change>, endsOf: (_ bits: UInt64) throws(StoreError) -> Ends?
    ) throws(StoreError) {
        let old = self
        var changed: UInt64 = 0
        var losesBound = false
        var added: Ends?
        for change in changes {
            let bit: UInt64 = 1 << change.index
            changed |= bit
            for slot in Slot.allCases {
                let isIn = change.slots & 1 << UInt8(slot.rawValue) != 0
                masks[slot.rawValue] = isIn ? masks[slot.rawValue] | bit : masks[slot.rawValue] & ~bit
            }
            if old[.ending] & bit != 0, let before = change.before, let ends = old.ends {
                losesBound = losesBound || before.soonest == ends.soonest || before.latest == ends.latest
            }
            added = Ends.join(added, change.after)
        }
        let rest = old[.ending] & ~changed
        guard rest != 0, let known = old.ends else {
            ends = added
            return
        }
        let isStill = !losesBound || known.soonest == known.latest
        ends = Ends.join(isStill ? known : try endsOf(rest), added)
    }
}

extension StateBlock {
    /// Says that the bounds differ; the other bits are one for each slot that is not empty.
    private static let rangeFlag: UInt8 = 1 << 5
    private static let instantBytes = 6

    init?(decoding bytes: RawSpan) {
        var reader = ValueReader(bytes)
        let flags = reader.byte()
        for slot in Slot.allCases where flags & slot.flag != 0 {
            masks[slot.rawValue] = reader.integer()
        }
        if self[.ending] != 0 {
            let soonest = reader.integer(width: StateBlock.instantBytes)
            let latest =
                flags & StateBlock.rangeFlag != 0 ? reader.integer(width: StateBlock.instantBytes) : soonest
            ends = Ends(soonest: soonest, latest: latest)
        }
        guard !reader.failed, reader.remaining == 0, !isEmpty else { return nil }
    }

    func encode(to bytes: inout [UInt8]) {
        let isRange = ends.map { $0.soonest != $0.latest } ?? false
        let flags = Slot.allCases.reduce(UInt8(0)) { self[$1] != 0 ? $0 | $1.flag : $0 }
        bytes.append(flags | (isRange ? StateBlock.rangeFlag : 0))
        for slot in Slot.allCases where self[slot] != 0 { StateBlock.append(self[slot], width: 8, to: &bytes) }
        guard let ends else { return }
        StateBlock.append(ends.soonest, width: StateBlock.instantBytes, to: &bytes)
        if isRange { StateBlock.append(ends.latest, width: StateBlock.instantBytes, to: &bytes) }
    }

    private static func append(_ value: UInt64, width: Int, to bytes: inout [UInt8]) {
        for index in 0..<width { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
    }
}
