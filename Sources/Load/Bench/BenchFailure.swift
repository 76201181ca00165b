/// Why a run could not be made.
public struct BenchFailure: Error, CustomStringConvertible {
    /// What to tell.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
