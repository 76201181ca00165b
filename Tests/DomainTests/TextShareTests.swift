import TestSupport
import Testing

@testable import Domain

@Suite("Shares of texts")
struct TextShareTests {
    @Test("follow each other in the order of keys, leave out no text and have as many as each other")
    func partition() {
        var random = SeededGenerator(seed: 9)
        let count = 300
        var drawn: [Set<String>] = []
        for index in 0..<count {
            let share = TextShare(index: index, count: count)
            var texts: Set<String> = []
            // A share has 3 or 4 of the 1,024 texts: 200 draws leave one out once in 10^24.
            for _ in 0..<200 { texts.insert(share.draw(length: 2, using: &random)) }
            drawn.append(texts)
        }
        #expect(drawn.allSatisfy { $0.count == 3 || $0.count == 4 })
        let all = drawn.flatMap { $0.sorted() }
        #expect(all.count == 1024 && Set(all).count == 1024)
        #expect(all == all.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }))
    }

    @Test("are drawn from to the last character, however long the texts are", arguments: [4, 11, 12, 13, 24, 32])
    func lengths(length: Int) {
        var random = SeededGenerator(seed: 11)
        for index in [0, 499, 999] {
            let texts = (0..<2000).map { _ in
                TextShare(index: index, count: 1000).draw(length: length, using: &random)
            }
            #expect(texts.allSatisfy { $0.utf8.count == length })
            let last = Set(texts.compactMap(\.utf8.last))
            #expect(last.count == 32, "of 2,000 texts every character comes last once")
            let firsts = Set(texts.map { $0.prefix(2) })
            #expect(firsts.count <= 3, "a thousandth of all texts begins with at most three of 1,024 starts")
        }
    }

    @Test("that are full leave a big command the texts of all others")
    func fullShare() throws {
        let world = try World(seed: 3)
        let order = GenerateCodes(tenant: world.tenant, count: 2000, length: 4)
        let begun = try #require(try world.begin(order))
        let shares: UInt64 = 525
        let all: UInt64 = 1 << 20
        let full = (0...(all / shares)).map { CodeAlphabet.text($0, length: 4) }
        let rows = full.enumerated().map { ImportRow(line: $0.offset + 1, text: $0.element) }
        let command = ImportCodes(tenant: world.tenant, rows: rows)
        try world.attempt { (context) throws(Rejection) in try Codes.importRows(command, in: &context) }
        func written(_ indexes: Range<Int>, from share: Int) throws -> [String] {
            try world.attempt { (context) throws(Rejection) in
                let share = TextShare(index: share, count: Int(shares))
                return try Codes.write(begun.codes, indexes, length: 4, from: share, in: &context)
            }
        }
        let ofFull = try written(0..<1000, from: 0)
        let ofFree = try written(1000..<2000, from: 7)
        #expect(Set(full + ofFull + ofFree).count == full.count + 2000)
        #expect(Set(ofFull.compactMap(\.utf8.first)).count == 32, "drawn from all texts")
        let bounds = [7, 8].map { CodeAlphabet.text($0 * all / shares, length: 4) }
        #expect(ofFree.allSatisfy { $0 >= bounds[0] && $0 < bounds[1] }, "drawn from its own share")
    }

    @Test("are one for each piece of a big command")
    func pieces() throws {
        let world = try World(seed: 5)
        let order = GenerateCodes(tenant: world.tenant, count: 3500, length: 10)
        let begun = try #require(try world.begin(order))
        var shares: Set<Int> = []
        for piece in begun.pieces {
            try world.attempt { (context) throws(Rejection) in _ = try begun.write(piece, in: &context) }
            let starts = begun.codes.views(piece, in: world.state).compactMap { $0.text.utf8.first }
            let quarters = Set(starts.compactMap { CodeAlphabet.value(of: $0) }.map { Int($0) / 8 })
            #expect(quarters.count == 1)
            shares.formUnion(quarters)
        }
        #expect(shares == [0, 1, 2, 3])
    }
}
