internal import Journal
internal import Store

/// The result of a piece of a big command.
public enum BigCommandStep<Value: Sendable>: Sendable {
    /// It is carried out.
    case done(Value)
    /// It has to wait for another one; it is to be asked for again.
    case later
    /// Its range is not pending any more: another primary has given the command up meanwhile.
    case lost
}
