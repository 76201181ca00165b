public import Journal

/// The name of an event, for ever and on every node: where it stands in the history.
public struct EventID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The position of the command that it happened in.
    public var position: LogPosition
    /// Its place among the events of that command, from 0.
    public var index: UInt32

    /// Names the event at a place.
    public init(position: LogPosition, index: UInt32) {
        self.position = position
        self.index = index
    }

    /// Reads the text form `<epoch>-<sequence>-<index>`; nil when it is anything else.
    public init?(_ text: some StringProtocol) {
        guard let dash = text.lastIndex(of: "-"), let position = LogPosition(text[..<dash]),
            let index = UInt32(text[text.index(after: dash)...])
        else { return nil }
        self.init(position: position, index: index)
    }

    /// The text form `<epoch>-<sequence>-<index>`: the position that the command's answer carries, and the place.
    public var description: String { "\(position)-\(index)" }

    /// Orders events as they happened.
    public static func < (left: EventID, right: EventID) -> Bool {
        left.position != right.position ? left.position < right.position : left.index < right.index
    }
}
