import Journal

/// A point of a time series.
struct SeriesPoint: Resource {
    var start: Timestamp
    var local: String
    var value: UInt64

    static let schemaName = ""
    static let members: [Member<SeriesPoint>] = [
        Member("start", "The beginning of the interval.") { $0.start },
        Member("local", "The beginning as the clocks of the zone show it, with their offset.") { $0.local },
        Member("value", "The count in it.") { $0.value },
    ]
}
