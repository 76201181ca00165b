/// The threads that carry out an operation.
package enum OperationLane: Sendable {
    /// The threads that all tasks of the process share, for health and for the needs of followers and other nodes.
    /// None of these operations computes for long, whatever it is sent, so urgent answers never wait for long work.
    case vital
    /// Threads for operations that are over in milliseconds: the rule.
    case short
    /// Threads for operations that take as long as their request or their answer is.
    case long
}
