internal import LMDB

/// A fault of a store on disk, in words that say what to do.
public struct StoreError: Error, CustomStringConvertible, Sendable {
    /// The kinds of trouble, by what an operator does about them.
    public enum Code: Hashable, Sendable {
        /// LMDB or the disk failed; the process must stop and be started again.
        case failed
        /// The disk has no room; nothing was changed, and the same can be done again when there is.
        case noSpace
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

    /// Describes an error of LMDB: ``Code/noSpace`` where it had no room, else ``Code/failed``.
    init(_ error: any Error, _ message: String) {
        self.init((error as? LMDBError)?.isOutOfSpace == true ? .noSpace : .failed, "\(message): \(error).")
    }

    /// The message.
    public var description: String { message }
}
