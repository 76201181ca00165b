/// A reason why a certificate or its key cannot be used.
public struct TLSFault: Error, Hashable, CustomStringConvertible, Sendable {
    /// The fault, and the file that has it.
    public let description: String

    init(_ description: String) { self.description = description }
}
