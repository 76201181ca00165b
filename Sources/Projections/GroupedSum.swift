/// The sum of changes with one key: the key and two numbers.
struct GroupedSum<Group: ChangeGroup> {
    var group: Group
    var first: Int64
    var second: Int64
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
