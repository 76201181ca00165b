internal import Store

/// The change of the count of a time-to-redeem.
struct WaitDelta: Addend {
    var wait: UInt32
    var count: Int64

    var isZero: Bool { count == 0 }

    static func < (left: WaitDelta, right: WaitDelta) -> Bool { left.wait < right.wait }

    func isAlike(_ other: WaitDelta) -> Bool { wait == other.wait }

    mutating func add(_ other: WaitDelta) { count += other.count }
}
