import Testing

@testable import Projections

@Suite struct `The figures of a record` {
    @Test(arguments: Figure.allCases)
    func `come back, whichever they are`(figure: Figure) {
        var set = FigureSet()
        set[figure] = -7
        var bytes: [UInt8] = []
        set.encode(to: &bytes)
        var read = FigureSet()
        let isRead = bytes.withUnsafeBytes { read.add(decoding: $0) }
        #expect(isRead && read == set && Figure.allCases.filter { read[$0] != 0 } == [figure])
    }
}
