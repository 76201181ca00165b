/// A line that is to be written into a node's log.
package struct LogLine: Sendable {
    /// Its kind.
    package let entry: LogEntry
    /// The fields that have a value.
    package let values: [LogField: LogValue]

    /// Makes a line; fields without a value are left out.
    ///
    /// - Precondition: the kind declares every field.
    package init(_ entry: LogEntry, _ values: [(LogField, LogValue?)]) {
        self.entry = entry
        var fields: [LogField: LogValue] = [:]
        for (field, value) in values {
            assert(entry.fields.contains(field), "\(entry.name) does not declare \(field.name)")
            fields[field] = value
        }
        self.values = fields
    }
}
