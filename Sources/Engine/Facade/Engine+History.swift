public import Domain
public import Journal
internal import Synchronization

/// The history that this node's log is part of: what positions mean here.
extension Engine {
    /// The name of the history: the same on every node that has a part of it.
    public var historyName: Hash128 { history }

    /// The epochs of the log that is on stable storage here.
    public var epochs: Epochs { shared.epochs.withLock { $0 } }

    /// Judges a position: here, not here yet, or of another history, such as the future that a restore has cut off.
    public func place(of position: LogPosition) -> HistoryPlace {
        epochs.place(of: position, end: syncedPoint.position)
    }

    /// True if a position is part of this node's acknowledged history: one of another history never is.
    public func hasReached(_ position: LogPosition) -> Bool {
        position <= self.position && place(of: position) == .past
    }

    /// Where this node's data comes from and how far it goes: what must be part of the history that replaces it.
    public var origin: DataOrigin {
        DataOrigin(history: history.description, epoch: standing.epoch, position: syncedPoint.position)
    }
}
