internal import Journal
internal import Store

/// The kind of thing that a counter or a tally belongs to.
enum TargetKind: UInt8 {
    case code = 1
    case campaign = 2
}
