/// Why the engine has no answer.
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
        /// The data directory can not be opened as it is; the message says what to do.
        case unusableDirectory
    }

    /// The retry class.
    public let code: Code
    /// What happened and what to do.
    ///
    /// Holds no keys, e-mails or addresses.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }
}
