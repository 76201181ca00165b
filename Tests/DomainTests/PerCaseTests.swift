import Testing

@testable import Domain

@Suite struct `One number for each case` {
    /// The reasons of today and one more, beyond what any of them has.
    private enum Grown: UInt8, CaseIterable {
        case first = 1
        case last = 8
        case added = 9
    }

    @Test func `has a place for a case that was added, and for all that there are`() {
        var counts = PerCase<Grown, UInt64>()
        for name in Grown.allCases { counts[name] += UInt64(name.rawValue) }
        #expect(Grown.allCases.map { counts[$0] } == [1, 8, 9])
        counts.removeAll()
        #expect(counts == PerCase())
    }

    @Test(arguments: RefusalReason.allCases)
    func `counts every reason of a refusal`(reason: RefusalReason) {
        var counts = ClaimCounts()
        counts.count(.refused(Refusal(reason)))
        #expect(RefusalReason.allCases.map { counts.refused($0) }.reduce(0, +) == 1 && counts.refused(reason) == 1)
    }
}
