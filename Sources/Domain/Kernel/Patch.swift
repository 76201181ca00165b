/// The change that a PATCH asks for one field.
public enum Patch<Value: Sendable>: Sendable {
    /// Nothing: the field is absent and stays as it is.
    case keep
    /// The new value; nil is an explicit `null`.
    case set(Value?)
}

extension Patch: Equatable where Value: Equatable {}
