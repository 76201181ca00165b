/// The event that a node's next step waits for.
enum NodeWait: Equatable {
    /// Commands, work on the node itself or a nudge, for so long at most; nil: however long it takes.
    case anything(nanoseconds: UInt64?)
    /// Work on the node itself or a nudge: commands wait as well, for followers or for the applier.
    case control(nanoseconds: UInt64?)
    /// Nothing: the node is closed.
    case over

    /// The same without any time: for a step that takes what is there.
    var now: NodeWait {
        switch self {
        case .anything: .anything(nanoseconds: 0)
        case .control: .control(nanoseconds: 0)
        case .over: .over
        }
    }

    /// The longest wait; nil for no limit.
    var nanoseconds: UInt64? {
        switch self {
        case .anything(let nanoseconds), .control(let nanoseconds): nanoseconds
        case .over: 0
        }
    }
}
