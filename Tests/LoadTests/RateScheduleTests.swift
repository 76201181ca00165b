import Testing

@testable import Load

@Suite struct `The schedule of an open loop` {
    private func instants(_ segments: [RateSchedule.Segment], first: Int = 0, stride: Int = 1) -> [Double] {
        var cursor = RateSchedule(segments).makeCursor(first: first, stride: stride)
        var found: [Double] = []
        while let next = cursor.next() { found.append(next.seconds) }
        return found
    }

    @Test func `has a steady rate at even instants`() {
        #expect(instants([.init(seconds: 1, from: 4)]) == [0, 0.25, 0.5, 0.75])
    }

    @Test func `ramps in a straight line and keeps the instants in order`() {
        let ramp = instants([.init(seconds: 1, from: 20, to: 1000), .init(seconds: 1, from: 1000)])
        #expect(ramp.count == 1510)
        #expect(zip(ramp, ramp.dropFirst()).allSatisfy { $0 <= $1 })
        // Half of the ramp's time: 20·0.5 + 980·0.25/2 requests.
        #expect(ramp.filter { $0 < 0.5 }.count == 133)
        #expect(ramp.filter { $0 < 1 }.count == 510)
    }

    @Test func `begins at nothing, and is shared among event loops without a gap`() {
        let segments = [RateSchedule.Segment(seconds: 1, from: 0, to: 100), .init(seconds: 0.5, from: 30)]
        let all = instants(segments)
        #expect(all.count == 65)
        let shared = (0..<3).flatMap { instants(segments, first: $0, stride: 3) }.sorted()
        #expect(shared == all.sorted())
    }
}
