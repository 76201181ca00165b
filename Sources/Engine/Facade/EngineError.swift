/// A reason why the engine has no answer.
///
/// The code says whether and how to ask again.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    /// The retry classes.
    public enum Code: String, Hashable, Sendable {
        /// Nothing happened: too many commands are waiting. Ask again in a moment.
        case overloaded
        /// Nothing happened: the disk has no room. Ask again when there is some.
        case diskFull
        /// Nothing happened: the server is shutting down. Ask its successor.
        case draining
        /// The command may or may not be in the log: the disk failed. Ask again with the same redeemer or key.
        case outcomeUnknown
        /// Nothing happened: writing has stopped for good, an operator is needed.
        case storageFailed
        /// The node did not reach the position that was asked for in time.
        case positionNotReached
        /// Nothing happened: this node does not decide. Ask ``EngineError/primary``.
        case notPrimary
        /// Nothing happened: fewer followers are there than must have a claim before it is acknowledged.
        case tooFewReplicas
        /// A frame from another node was not taken: damaged, of an older epoch, or not the next one.
        case frameRejected
        /// The tables are not what the log says.
        case diverged
        /// The data directory cannot be opened: what it holds is damaged. The message says what to do.
        case damagedDirectory
        /// The data directory cannot be opened as it is; the message says what to do.
        case unusableDirectory
    }

    /// The retry class.
    public let code: Code
    /// The fault, and what to do.
    ///
    /// Holds no keys, e-mails or addresses.
    public let message: String
    /// The URL of the node that decides, where it is known and matters.
    public let primary: String?

    /// Makes an error.
    public init(_ code: Code, _ message: String, primary: String? = nil) {
        self.code = code
        self.message = message
        self.primary = primary
    }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }
}
