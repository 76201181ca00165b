/// A set of small numbers: one bit each, so that a run of minutes fits into memory.
public struct NumberSet: Sendable {
    private var words: [UInt64] = []
    /// The number of members.
    public private(set) var count = 0

    /// Makes an empty set.
    public init() {}

    /// Adds a number; false when it was there.
    @discardableResult
    public mutating func insert(_ number: Int) -> Bool {
        let index = number >> 6
        if index >= words.count {
            // Doubled, because numbers come in about their order.
            words.append(contentsOf: repeatElement(0, count: max(index + 1 - words.count, words.count)))
        }
        let bit = UInt64(1) << UInt64(number & 63)
        guard words[index] & bit == 0 else { return false }
        words[index] |= bit
        count += 1
        return true
    }

    /// Takes a number out; false when it was not there.
    @discardableResult
    public mutating func remove(_ number: Int) -> Bool {
        guard contains(number) else { return false }
        words[number >> 6] &= ~(UInt64(1) << UInt64(number & 63))
        count -= 1
        return true
    }

    /// True if a number is in it.
    public func contains(_ number: Int) -> Bool {
        let index = number >> 6
        return number >= 0 && index < words.count && words[index] >> UInt64(number & 63) & 1 == 1
    }

    /// Adds all numbers of another set.
    public mutating func formUnion(_ other: NumberSet) {
        if other.words.count > words.count {
            words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
        }
        count = 0
        for index in words.indices {
            if index < other.words.count { words[index] |= other.words[index] }
            count += words[index].nonzeroBitCount
        }
    }

    /// The numbers that are in this set and not in the other.
    public func subtracting(_ other: NumberSet) -> NumberSet {
        var rest = self
        rest.count = 0
        for index in rest.words.indices {
            if index < other.words.count { rest.words[index] &= ~other.words[index] }
            rest.count += rest.words[index].nonzeroBitCount
        }
        return rest
    }

    /// The numbers that are in both sets.
    public func intersection(_ other: NumberSet) -> NumberSet { subtracting(subtracting(other)) }

    /// The first numbers, smallest first.
    public func prefix(_ limit: Int) -> [Int] {
        var found: [Int] = []
        visit { number in
            found.append(number)
            return found.count < limit
        }
        return found
    }

    /// Visits the numbers, smallest first, until `visit` says no.
    public func visit(_ visit: (Int) -> Bool) {
        for (index, word) in words.enumerated() where word != 0 {
            var rest = word
            while rest != 0 {
                guard visit(index << 6 + rest.trailingZeroBitCount) else { return }
                rest &= rest - 1
            }
        }
    }
}
