/// The connections of a loop by their tokens.
///
/// A token is a place and how often it was used before: 24 bits each, so that an answer that comes after its
/// connection has ended does not find the next one.
struct ConnectionTable {
    private var places: [(generation: UInt32, connection: FastPathConnection?)] = []
    private var free: [Int] = []
    private(set) var count = 0

    private static let bits: UInt64 = 24
    private static let mask: UInt64 = 1 << bits - 1

    var isEmpty: Bool { count == 0 }

    subscript(token: UInt64) -> FastPathConnection? {
        let place = Int(token & ConnectionTable.mask)
        guard place < places.count, UInt64(places[place].generation) == token >> ConnectionTable.bits else {
            return nil
        }
        return places[place].connection
    }

    /// Adds what `make` makes for a fresh token.
    mutating func add(_ make: (UInt64) -> FastPathConnection) -> FastPathConnection {
        let place: Int
        if let known = free.popLast() {
            place = known
        } else {
            place = places.count
            precondition(place <= ConnectionTable.mask, "a loop has fewer connections than a token can name")
            places.append((0, nil))
        }
        let connection = make(UInt64(places[place].generation) << ConnectionTable.bits | UInt64(place))
        places[place].connection = connection
        count += 1
        return connection
    }

    /// Takes a connection out; false when it is gone already.
    mutating func remove(_ token: UInt64) -> Bool {
        guard self[token] != nil else { return false }
        let place = Int(token & ConnectionTable.mask)
        places[place].connection = nil
        places[place].generation = (places[place].generation + 1) & UInt32(ConnectionTable.mask)
        free.append(place)
        count -= 1
        return true
    }

    /// All connections.
    var all: [FastPathConnection] { places.compactMap(\.connection) }
}
