/// The result of an import.
public struct ImportReport: Equatable, Sendable {
    /// The codes that were made.
    public var imported: Int
    /// The rows that were left out, in order.
    public var failures: [ImportFailure]

    /// Makes a report.
    public init(imported: Int, failures: [ImportFailure]) {
        self.imported = imported
        self.failures = failures
    }
}
