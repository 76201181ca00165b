import Store
import TestSupport
import Testing

@Suite struct `Capacity counters` {
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `used and held never exceed the limit, whatever is asked`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var counter = CapacityCounter(limit: random.next() % 50)
        for _ in 0..<500 {
            let quantity = random.next() % 10
            switch random.next() % 6 {
            case 0: _ = counter.take(quantity, as: .used)
            case 1: _ = counter.take(quantity, as: .held)
            case 2: if counter.held >= quantity { counter.confirm(quantity) }
            case 3: if counter.held >= quantity { counter.give(quantity, from: .held) }
            case 4: if counter.used >= quantity { counter.give(quantity, from: .used) }
            default: _ = counter.compareAndSwap(expectedVersion: nil, newLimit: random.next() % 60)
            }
            #expect(counter.used + counter.held + counter.free == counter.limit)
        }
    }

    @Test func `a refused take changes nothing, not even the version`() {
        var counter = CapacityCounter(limit: 2)
        let answer1 = counter.take(2, as: .held)
        #expect(answer1)
        let before = counter
        let answer2 = counter.take(1, as: .used)
        #expect(!answer2)
        #expect(counter == before)
    }

    @Test func `a compare-and-swap with an old version names the new one and changes nothing`() {
        var counter = CapacityCounter(limit: 2)
        let answer3 = counter.compareAndSwap(expectedVersion: 1, newLimit: 5)
        #expect(answer3 == .swapped)
        let answer4 = counter.compareAndSwap(expectedVersion: 1, newLimit: 9)
        #expect(answer4 == .versionMismatch(actual: 2))
        #expect(counter.limit == 5)
    }

    @Test func `a limit cannot go below what is taken`() {
        var counter = CapacityCounter(limit: 5)
        _ = counter.take(2, as: .used)
        _ = counter.take(1, as: .held)
        let answer5 = counter.compareAndSwap(expectedVersion: nil, newLimit: 2)
        #expect(answer5 == .belowTaken(minimum: 3))
        let answer6 = counter.compareAndSwap(expectedVersion: nil, newLimit: 3)
        #expect(answer6 == .swapped)
        #expect(counter.free == 0)
    }

    @Test func `an unlimited counter takes as much as anybody asks`() {
        var counter = CapacityCounter(limit: CapacityCounter.unlimited)
        let answer7 = counter.take(1 << 40, as: .used)
        #expect(answer7)
        let answer8 = counter.take(1 << 40, as: .held)
        #expect(answer8)
        #expect(counter.free == CapacityCounter.unlimited - (1 << 41))
    }

    @Test func `giving back more than was taken is a programmer's mistake`() async {
        await #expect(processExitsWith: .failure) {
            var counter = CapacityCounter(limit: 5)
            counter.give(1, from: .used)
        }
    }
}
