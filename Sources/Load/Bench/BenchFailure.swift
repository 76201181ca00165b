/// A reason why a run could not be made.
public struct BenchFailure: Error, CustomStringConvertible {
    /// The message for the user.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
