import JSONText

/// The report of an import: the rows that were taken, and each that was not.
struct ImportSummary: Resource {
    var imported: Int
    var failures: [RowFailure]
    var ignoredColumns: [String]

    static let schemaName = ""
    static let members: [Member<ImportSummary>] = [
        Member("imported", "The rows that were taken.") { $0.imported },
        Member("failed", "The rows that were not.") { $0.failures.count },
        Member("failures", "The rows that were not, in the order of the file.") {
            $0.failures.map(Nested<RowFailure>.init)
        },
        Member("ignored_columns", "The columns and members that no import has, as they were written.") {
            $0.ignoredColumns
        },
    ]
}
