/// A place in the journal: how much of the log a state contains.
///
/// `sequence` counts the commands that changed the state, from 1. `epoch` is raised when another node becomes
/// the primary, so that frames of an old primary are recognisable for ever. Positions order by epoch first.
public struct LogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The reign of the primary that wrote the frame.
    ///
    /// Starts at 1.
    public var epoch: UInt32
    /// The sequence of the last command contained.
    ///
    /// 0 means: before the first command.
    public var sequence: UInt64

    /// Makes a position.
    public init(epoch: UInt32, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads the text form `<epoch>-<sequence>`; nil when it is anything else.
    public init?(_ text: some StringProtocol) {
        guard let dash = text.firstIndex(of: "-"),
            let epoch = UInt32(text[..<dash]),
            let sequence = UInt64(text[text.index(after: dash)...])
        else { return nil }
        self.init(epoch: epoch, sequence: sequence)
    }

    /// The text form that the API carries: `<epoch>-<sequence>`.
    public var description: String { "\(epoch)-\(sequence)" }

    /// Orders by epoch, then by sequence.
    public static func < (left: LogPosition, right: LogPosition) -> Bool {
        left.epoch != right.epoch ? left.epoch < right.epoch : left.sequence < right.sequence
    }
}
