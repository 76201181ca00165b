/// Something of which those that are alike add up.
protocol Addend {
    /// True if it changes nothing.
    var isZero: Bool { get }
    /// The order that puts those that are alike side by side.
    static func < (left: Self, right: Self) -> Bool
    func isAlike(_ other: Self) -> Bool
    mutating func add(_ other: Self)
}

extension Array where Element: Addend {
    /// In order, those that are alike as one, without those that add up to nothing.
    func merged() -> [Element] {
        var result: [Element] = []
        result.reserveCapacity(count)
        for addend in sorted(by: { $0 < $1 }) {
            if let last = result.last, last.isAlike(addend) {
                result[result.count - 1].add(addend)
            } else {
                result.append(addend)
            }
        }
        result.removeAll { $0.isZero }
        return result
    }
}
