/// Values by the tokens that were given out for them.
///
/// A token is a place and how often it was used before, so that an answer that comes after its asker has gone does not find
/// the next one at that place. Each operation but ``all`` takes constant time.
struct TokenTable<Value> {
    private var places: [(generation: UInt64, value: Value?)] = []
    private var free: [Int] = []
    private let placeBits: UInt64
    private let placeMask: UInt64
    private let generationMask: UInt64

    /// The values that are here.
    private(set) var count = 0

    /// Makes an empty table whose tokens have so many bits for the place, and for the number of its uses: 32 at most.
    init(placeBits: Int, generationBits: Int) {
        precondition(placeBits <= 32 && generationBits <= 32, "a token has 64 bits")
        self.placeBits = UInt64(placeBits)
        placeMask = 1 << UInt64(placeBits) - 1
        generationMask = 1 << UInt64(generationBits) - 1
    }

    var isEmpty: Bool { count == 0 }

    /// The place of a token whose value is here.
    private func place(of token: UInt64) -> Int? {
        let place = Int(truncatingIfNeeded: token & placeMask)
        guard place < places.count, places[place].generation == token >> placeBits & generationMask else { return nil }
        return place
    }

    /// The value of a token; nil when it was taken out.
    subscript(token: UInt64) -> Value? { place(of: token).flatMap { places[$0].value } }

    /// Adds a value and gives its token.
    mutating func add(_ value: Value) -> UInt64 {
        let (place, token) = takePlace()
        places[place].value = value
        return token
    }

    /// Adds the value that is made with its token, and gives the value.
    mutating func add(madeWith make: (_ token: UInt64) -> Value) -> Value {
        let (place, token) = takePlace()
        let value = make(token)
        places[place].value = value
        return value
    }

    private mutating func takePlace() -> (place: Int, token: UInt64) {
        let place = free.popLast() ?? places.count
        if place == places.count {
            precondition(UInt64(place) <= placeMask, "a table has no more values than its tokens can name")
            places.append((0, nil))
        }
        count += 1
        return (place, places[place].generation << placeBits | UInt64(place))
    }

    /// Takes a value out; nil when it is gone already.
    @discardableResult
    mutating func remove(_ token: UInt64) -> Value? {
        guard let place = place(of: token), let value = places[place].value.take() else { return nil }
        places[place].generation = (places[place].generation + 1) & generationMask
        free.append(place)
        count -= 1
        return value
    }

    /// All values, in no order.
    var all: [Value] { places.compactMap(\.value) }
}
