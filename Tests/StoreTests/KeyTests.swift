import Store
import TestSupport
import Testing

@Suite struct `Keys` {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `compact integers sort as the numbers do`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let left = random.next() >> (random.next() % 64)
            let right = random.next() >> (random.next() % 64)
            #expect((bytes(left).lexicographicallyPrecedes(bytes(right))) == (left < right), "\(left) \(right)")
        }
    }

    @Test func `no compact integer is a prefix of another`() {
        let samples: [UInt64] = [0, 1, 255, 256, 65_535, 65_536, 1 << 32, .max]
        for left in samples {
            for right in samples where left != right { #expect(!bytes(right).starts(with: bytes(left))) }
        }
    }

    @Test func `a key that grows beyond its capacity is a programmer's mistake`() async {
        await #expect(processExitsWith: .failure) {
            var key = Key()
            for _ in 0...Key.capacity { key.append(byte: 1) }
        }
    }

    private func bytes(_ value: UInt64) -> [UInt8] {
        var key = Key()
        key.append(compact: value)
        return key.bytes
    }
}
