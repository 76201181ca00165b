import DequeModule

/// The exchanges of a connection, or the lines of a batch, that were begun and whose answers have not left.
///
/// Answers leave in the order in which the exchanges were begun, whatever order they come in. An ordinal names an exchange
/// for as long as it is here. Each operation takes constant time.
struct AnswerOrder<Exchange> {
    private var exchanges = Deque<Exchange>()
    /// The ordinal of the oldest exchange.
    private(set) var firstOrdinal = 0

    /// The ordinal of the exchange that will be begun next.
    var nextOrdinal: Int { firstOrdinal + exchanges.count }
    var count: Int { exchanges.count }
    var isEmpty: Bool { exchanges.isEmpty }
    var first: Exchange? { exchanges.first }
    /// The newest exchange.
    var last: Exchange? { exchanges.last }

    /// Begins an exchange and gives its ordinal.
    @discardableResult
    mutating func begin(_ exchange: Exchange) -> Int {
        defer { exchanges.append(exchange) }
        return nextOrdinal
    }

    /// True if the exchange was begun and its answer has not left.
    func contains(_ ordinal: Int) -> Bool { ordinal >= firstOrdinal && ordinal - firstOrdinal < exchanges.count }

    /// True if the exchange is the one whose answer leaves next.
    func isNext(_ ordinal: Int) -> Bool { ordinal == firstOrdinal && !exchanges.isEmpty }

    /// The exchange of an ordinal.
    ///
    /// - Precondition: it is here.
    subscript(ordinal: Int) -> Exchange {
        get {
            precondition(contains(ordinal), "an ordinal names an exchange whose answer has not left")
            return exchanges[ordinal - firstOrdinal]
        }
        set {
            precondition(contains(ordinal), "an ordinal names an exchange whose answer has not left")
            exchanges[ordinal - firstOrdinal] = newValue
        }
    }

    /// Takes the oldest exchange off: its answer leaves.
    @discardableResult
    mutating func removeFirst() -> Exchange? {
        guard let exchange = exchanges.popFirst() else { return nil }
        firstOrdinal += 1
        return exchange
    }

    /// Takes the oldest exchange off if its answer is there: one that came before those before it have left.
    mutating func takeReady<Answer>() -> Answer? where Exchange: Answerable<Answer> {
        guard let answer = exchanges.first?.answer else { return nil }
        removeFirst()
        return answer
    }

    /// Takes the newest exchange back, as if it had not been begun.
    mutating func takeBack() { _ = exchanges.popLast() }

    /// Gives all up: no answer leaves any more.
    mutating func removeAll() { exchanges.removeAll() }

    /// Changes every exchange that is here.
    mutating func mapAll(_ change: (inout Exchange) -> Void) {
        for index in exchanges.indices { change(&exchanges[index]) }
    }
}
