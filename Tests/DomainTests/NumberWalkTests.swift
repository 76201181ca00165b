import Journal
import Store
import TestSupport
import Testing

@testable import Domain

@Suite struct `Numbers that a table has records under` {
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `are found in order, in LMDB and above it, and each once`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let world = try World()
        let owners = [EntityNumber(rawValue: 5), EntityNumber(rawValue: 300)]
        var blocks = owners.map { _ in Set<UInt64>() }
        for step in 0..<400 {
            let owner = Int.random(in: 0..<2, using: &random)
            let block = UInt64.random(in: 0..<(Bool.random(using: &random) ? 200 : 1 << 40), using: &random)
            world.run { context in
                for number in [block * 64, block * 64 + 9] {
                    context.state.addToIndex(
                        Tables.codesByCampaign, world.tenant, owners[owner], EntityNumber(rawValue: number))
                }
            }
            blocks[owner].insert(block)
            if step % 150 == 149 { _ = try world.snapshot() }
        }
        for _ in 0..<200 {
            let owner = Int.random(in: 0..<2, using: &random)
            let first = UInt64.random(in: 0..<(Bool.random(using: &random) ? 250 : 1 << 40), using: &random)
            let end = first + UInt64.random(in: 0..<(Bool.random(using: &random) ? 250 : 1 << 40), using: &random)
            let most = Int.random(in: 1...(Bool.random(using: &random) ? 10 : 1000), using: &random)
            let found = world.state.numbers(
                Tables.codesByCampaign, prefix: RecordKeys.entity(world.tenant, owners[owner]), from: first, below: end,
                atMost: most)
            let wanted = blocks[owner].filter { first <= $0 && $0 < end }.sorted().prefix(most)
            #expect(found == Array(wanted), "from \(first) below \(end), at most \(most)")
        }
    }
}
