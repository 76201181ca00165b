/// A key of changes that belong to a second.
protocol TimedGroup: ChangeGroup {
    var second: UInt64 { get }
}
