import Synchronization

/// Bounds the number of snapshots sent at once; further requests are answered 503.
package final class SnapshotPlaces: Sendable {
    /// Snapshots that are sent at once.
    package static let countMax = 4

    private let open = Mutex(0)

    /// The right to send a snapshot, given back when nothing refers to it any more: also when a client goes away before
    /// the first byte.
    final class Place: Sendable {
        private let places: SnapshotPlaces

        fileprivate init(_ places: SnapshotPlaces) {
            self.places = places
        }

        deinit { places.open.withLock { $0 -= 1 } }
    }

    /// Takes a place; nil when as many snapshots are sent as may be.
    func enter() -> Place? {
        let isFree = open.withLock { open in
            guard open < SnapshotPlaces.countMax else { return false }
            open += 1
            return true
        }
        return isFree ? Place(self) : nil
    }
}
