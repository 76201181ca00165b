/// A place in the journal: how much of the log a state contains.
///
/// `sequence` counts the commands that changed the state, from 1. `epoch` is raised when another node becomes the
/// primary and when a snapshot is restored, so that frames of an old primary or of a lost history are recognisable for
/// ever: one epoch is written by one node only. Positions order by epoch first. The list of epochs of a history says
/// if a position of an older epoch is part of it.
public struct LogPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The epoch that the frame was written in.
    ///
    /// 1 on a new directory; later ones are made of the time and of chance (`EpochNumber`).
    public var epoch: UInt64
    /// The sequence of the last command contained.
    ///
    /// 0 means: before the first command.
    public var sequence: UInt64

    /// Makes a position.
    public init(epoch: UInt64, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }

    /// Reads the text form `<epoch>-<sequence>`; nil when it is anything else.
    public init?(_ text: some StringProtocol) {
        guard let dash = text.firstIndex(of: "-"),
            let epoch = UInt64(text[..<dash]),
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
