/// A fault of a store on disk, in words that say what to do.
public struct StoreError: Error, CustomStringConvertible, Sendable {
    /// The kinds of trouble, by what an operator does about them.
    public enum Code: Hashable, Sendable {
        /// LMDB or the disk failed; the process must stop and be started again.
        case failed
        /// A record or the description of the state is not what a store of this version writes.
        case damaged
        /// The records do not have the digest that the log says they have.
        case digestMismatch
        /// A frame's effects cannot be read.
        case malformedFrame
    }

    /// The kind.
    public let code: Code
    /// The fault, and what to do.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
