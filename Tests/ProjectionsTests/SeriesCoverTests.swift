import TestSupport
import Testing

@testable import Projections

@Suite struct `The buckets of a time series` {
    @Test func `cover every second once, with few buckets`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let unit = [1, 60, 900, 3600, 86_400].randomElement(using: &random) ?? 1
            let bounds = Set((0...20).map { _ in UInt64.random(in: 1_000...3_000, using: &random) * UInt64(unit) })
                .sorted()
            let cover = SeriesCover(bounds)
            var covered: [(second: UInt64, end: UInt64, point: Int)] = []
            for run in cover.runs {
                var start = run.buckets.lowerBound
                for (end, point) in run.points {
                    covered.append((start * run.level.seconds, end * run.level.seconds, point))
                    start = end
                }
                #expect(start == run.buckets.upperBound)
            }
            covered.sort { $0.second < $1.second }
            var second = bounds.first
            for part in covered {
                #expect(part.second == second)
                #expect(part.second >= bounds[part.point] && part.end <= bounds[part.point + 1])
                second = part.end
            }
            #expect(second == bounds.last)
        }
    }

    @Test func `are one run where points are whole buckets, and at most 83 a day half an hour off`() {
        let days = (0...1000).map { UInt64($0) * 86_400 }
        #expect(SeriesCover(days).runs.count == 1 && SeriesCover(days).bucketCount == 1000)
        let hours = (0...1000).map { UInt64($0) * 86_400 + 82_800 }
        #expect(SeriesCover(hours).runs.count == 1 && SeriesCover(hours).bucketCount == 24_000)
        let halves = SeriesCover(days.map { $0 + 66_600 })
        #expect(halves.bucketCount == 1000 * (23 + 60) && halves.runs.count <= 2002)
    }
}
