/// Which threads carry an operation out.
package enum OperationLane: Sendable {
    /// Those that all tasks of the process share: health, and what followers and other nodes need. None of it computes
    /// for long, whatever it is sent, so that nothing that must be answered waits for something that may take its time.
    case vital
    /// Threads for operations that are over in milliseconds: the rule.
    case short
    /// Threads for operations that take as long as their request or their answer is.
    case long
}
