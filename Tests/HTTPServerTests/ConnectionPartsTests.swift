import TestSupport
import Testing

@testable import HTTPServer

/// The parts that the fast path, the handler of claims and batches share.
@Suite struct `Parts of a connection` {
    private struct Exchange: Answerable {
        var answer: Int?
    }

    @Test func `answers leave in the order of their exchanges, whatever order they come in`() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            var order = AnswerOrder<Exchange>()
            var (waiting, left): ([Int], [Int]) = ([], [])
            for _ in 0..<100 {
                if waiting.isEmpty || Bool.random(using: &random) {
                    waiting.append(order.begin(Exchange()))
                    continue
                }
                let ordinal = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &random))
                #expect(order.contains(ordinal))
                order[ordinal].answer = ordinal
                while let ready = order.takeReady() { left.append(ready) }
            }
            #expect(left == Array(0..<left.count))
            #expect(order.count == order.nextOrdinal - left.count)
            #expect(waiting.allSatisfy(order.contains) && left.allSatisfy { !order.contains($0) })
        }
    }

    @Test(arguments: [(24, 24), (32, 32), (3, 2)])
    func `a token finds its own value or none`(placeBits: Int, generationBits: Int) throws {
        var random = SeededGenerator(seed: 12)
        var table = TokenTable<Int>(placeBits: placeBits, generationBits: generationBits)
        var (here, gone): ([UInt64: Int], [UInt64]) = ([:], [])
        for value in 0..<2000 {
            if here.count < 7, Bool.random(using: &random) {
                let token: UInt64
                if Bool.random(using: &random) {
                    token = table.add(value)
                } else {
                    var given: UInt64?
                    let added = table.add(madeWith: { token in
                        given = token
                        return value
                    })
                    #expect(added == value)
                    token = try #require(given)
                }
                #expect(here[token] == nil)
                gone.removeAll { $0 == token }
                here[token] = value
            } else if let token = here.keys.min() {
                #expect(table.remove(token) == here.removeValue(forKey: token))
                gone.append(token)
            }
            // Tokens of long ago can be given out again, where a token has few bits.
            #expect(gone.suffix(2).allSatisfy { table[$0] == nil && table.remove($0) == nil })
            #expect(here.allSatisfy { table[$0.key] == $0.value } && table.count == here.count)
        }
        #expect(table.all.sorted() == here.values.sorted())
    }

    @Test func `the limit that is over first ends a connection`() {
        let limits = ConnectionLimits()
        let quiet = ConnectionTimes.Facts(
            drainingSince: nil, isAnswerOverdue: false, isPaused: false, isIdle: true, isBeyond: false)
        /// The tick at which something is overdue, and the thing.
        func end(_ times: ConnectionTimes, _ facts: ConnectionTimes.Facts) -> String {
            var times = times
            for tick in 0..<500 {
                if let overdue = times.overdue(at: tick, limits, facts) { return "\(overdue) at \(tick)" }
            }
            return "never"
        }
        let fresh = ConnectionTimes(tick: 0)
        var busy = quiet
        busy.isIdle = false
        #expect(end(fresh, quiet) == "connection at \(limits.idleSeconds + 1)")
        #expect(end(fresh, busy) == "never")
        var beyond = quiet
        beyond.isBeyond = true
        #expect(end(fresh, beyond) == "connection at \(ConnectionLimits.beyondSeconds + 1)")

        var (half, paused) = (fresh, busy)
        half.requestStart = 3
        paused.isPaused = true
        #expect(end(half, busy) == "request at \(limits.requestSeconds + 4)")
        #expect(end(half, paused) == "never")

        var (unread, draining) = (fresh, busy)
        unread.unwritableSince = 9
        draining.drainingSince = 4
        #expect(end(unread, busy) == "connection at \(limits.writeSeconds + 10)")
        #expect(end(fresh, draining) == "connection at \(limits.drainSeconds + 5)")

        var (closing, unanswered) = (fresh, busy)
        closing.closingSince = 1
        unanswered.isAnswerOverdue = true
        #expect(end(fresh, unanswered) == "answer at 0")
        #expect(end(closing, unanswered) == "connection at \(limits.writeSeconds + 2)")
        closing.isOutputClosed = true
        #expect(end(closing, unanswered) == "connection at \(ConnectionLimits.lingerSeconds + 2)")
    }
}
