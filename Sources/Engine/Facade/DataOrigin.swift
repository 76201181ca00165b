internal import Domain
public import Journal
internal import Synchronization

/// The history, and the part of it, that a directory holds.
public struct DataOrigin: Hashable, Sendable {
    /// The history's name; nil where an earlier version has not written it down.
    public var history: String?
    /// The newest epoch that the node knows of.
    public var epoch: UInt64
    /// The end of its log; nil where the files do not say any more.
    public var position: LogPosition?

    /// Describes a directory's data.
    public init(history: String?, epoch: UInt64, position: LogPosition?) {
        self.history = history
        self.epoch = epoch
        self.position = position
    }

    /// Why data of a history that ends at `end` must not replace this data; nil when all of this is part of that.
    func objection(to history: Hash128, _ epochs: Epochs, end: LogPosition) -> String? {
        guard let own = self.history else { return "it does not say which history it is part of" }
        guard own == history.description else { return "it is part of another history" }
        guard let position else {
            // An epoch is written by one node, so that all of it that is here came from that node.
            return epoch == end.epoch ? nil : "it is damaged, and of epoch \(epoch), not of the present one"
        }
        switch epochs.place(of: position, end: end) {
        case .past: return nil
        case .future: return "it goes further, to \(position)"
        case .elsewhere: return "it ends at \(position), which is not part of the history that ends at \(end)"
        }
    }
}
