import Synchronization

/// The places of connections beyond the limit: a few, and who comes has one.
///
/// Where all are taken, the connection that has had its place longest makes room, whatever it does: says nothing,
/// sends a body that never ends, or does not close after its answer. Requests for the node's health are answered at
/// once, so only others stay for long.
final class PlacesBeyond: Sendable {
    private struct Taken {
        weak var place: PlaceBeyond?
    }

    /// The places that are taken, the oldest first.
    private let taken = Mutex<[Taken]>([])

    /// Takes a place, from the oldest that has one where there is no other.
    ///
    /// Who loses a place is told on this thread.
    func enter() -> PlaceBeyond {
        let place = PlaceBeyond()
        let loser = taken.withLock { taken in
            taken.removeAll { $0.place == nil }
            let loser = taken.count < ConnectionLimits.beyondMax ? nil : taken.removeFirst().place
            taken.append(Taken(place: place))
            return loser
        }
        loser?.lose()
        return place
    }
}
