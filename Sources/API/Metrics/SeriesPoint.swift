import Journal

/// A point of a time series.
struct SeriesPoint: Resource {
    var start: Timestamp
    var value: UInt64

    static let schemaName = ""
    static let members: [Member<SeriesPoint>] = [
        Member("start", "The beginning of the interval.") { $0.start },
        Member("value", "The count in it.") { $0.value },
    ]
}
