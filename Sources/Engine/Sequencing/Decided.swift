public import Journal

/// A value and the position at which it is true.
public struct Decided<Value: Sendable>: Sendable {
    /// The result of the decision or the read.
    public let value: Value
    /// The position that it is true at.
    public let position: LogPosition
    /// The log's time at that position.
    public let time: Timestamp

    /// Pairs a value with its position.
    public init(value: Value, position: LogPosition, time: Timestamp) {
        self.value = value
        self.position = position
        self.time = time
    }
}
