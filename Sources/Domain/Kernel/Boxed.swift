/// A value behind a reference: for something that few things have and all would carry along.
public final class Boxed<Value: Equatable & Sendable>: Equatable, Sendable {
    /// The value.
    public let value: Value

    /// Puts a value behind a reference.
    public init(_ value: Value) {
        self.value = value
    }

    /// Compares the values.
    public static func == (left: Boxed, right: Boxed) -> Bool { left.value == right.value }
}
