internal import Domain
internal import HeapModule
internal import Journal

/// When live holds run out, soonest first: hints, of which the state is the truth.
///
/// A hint may outlive its hold; expiring a hold that is not live any more changes nothing.
struct DueHolds {
    private struct Hint: Comparable {
        var hold: LiveHold

        static func < (left: Hint, right: Hint) -> Bool {
            left.hold.expiresAt != right.hold.expiresAt
                ? left.hold.expiresAt < right.hold.expiresAt : left.hold.number < right.hold.number
        }

        static func == (left: Hint, right: Hint) -> Bool {
            left.hold.expiresAt == right.hold.expiresAt && left.hold.number == right.hold.number
        }
    }

    private var heap = Heap<Hint>()

    /// When the next hold runs out.
    var next: Timestamp? { heap.min?.hold.expiresAt }

    /// How many hints there are.
    var count: Int { heap.count }

    mutating func insert(_ hold: LiveHold) {
        heap.insert(Hint(hold: hold))
    }

    /// Takes out the soonest hold if its time is over at `now`.
    mutating func popDue(at now: Timestamp) -> LiveHold? {
        guard let first = heap.min, first.hold.expiresAt <= now else { return nil }
        return heap.popMin()?.hold
    }
}
