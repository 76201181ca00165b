import Foundation
import TestSupport
import Testing

@testable import CivilTime

@Suite struct `Minutes, hours and days of a zone` {
    /// The lengths of the buckets of a stretch of time, in minutes.
    private static func minutes(
        _ name: String, _ width: ZoneBuckets.Width, _ from: String, _ to: String
    ) throws -> [Int64] {
        let bounds = try #require(
            ZoneBuckets.bounds(
                in: try ZoneFixtures.full.zone(name), width, from: try ZoneFixtures.second(from),
                to: try ZoneFixtures.second(to), countMax: 10_000))
        return zip(bounds, bounds.dropFirst()).map { ($1 - $0) / 60 }
    }

    @Test
    func `have change-over days of 23 and 25 hours, of half an hour more or less, and none where a date was skipped`()
        throws
    {
        let hour: Int64 = 60
        #expect(
            try Self.minutes("Europe/Berlin", .day, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z")
                == [24 * hour, 23 * hour, 24 * hour])
        #expect(
            try Self.minutes("Europe/Berlin", .day, "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z")
                == [24 * hour, 25 * hour, 24 * hour])
        #expect(
            try Self.minutes("Australia/Lord_Howe", .day, "2026-04-04T01:00:00Z", "2026-04-05T15:00:00Z")
                == [24 * hour, 24 * hour + 30, 24 * hour])
        // Vancouver's clocks stay as they are from November 2026 on.
        #expect(
            try Self.minutes("America/Vancouver", .day, "2026-10-31T12:00:00Z", "2026-11-02T12:00:00Z")
                == [24 * hour, 24 * hour, 24 * hour])
        // Midnight is skipped in Havana, and comes twice.
        #expect(
            try Self.minutes("America/Havana", .day, "2026-03-07T12:00:00Z", "2026-03-08T12:00:00Z")
                == [24 * hour, 23 * hour])
        #expect(
            try Self.minutes("America/Havana", .day, "2027-11-06T12:00:00Z", "2027-11-07T12:00:00Z")
                == [24 * hour, 25 * hour])
        // There was no 30th of December 2011 in Apia.
        #expect(
            try Self.minutes("Pacific/Apia", .day, "2011-12-29T12:00:00Z", "2011-12-31T12:00:00Z")
                == [24 * hour, 24 * hour, 24 * hour])
        // Clocks that went back at one minute past midnight showed a date twice: its day began at the first time.
        #expect(
            try Self.minutes("America/St_Johns", .day, "2010-11-06T12:00:00Z", "2010-11-08T12:00:00Z")
                == [24 * hour, 25 * hour, 24 * hour])
        // An hour that comes twice is two, and one that the clocks cut is short.
        #expect(
            try Self.minutes("Europe/Berlin", .hour, "2026-10-25T00:10:00Z", "2026-10-25T02:10:00Z") == [60, 60, 60])
        #expect(
            try Self.minutes("Australia/Lord_Howe", .hour, "2026-10-03T14:40:00Z", "2026-10-03T16:10:00Z")
                == [60, 30, 60])
        #expect(
            try Self.minutes("Asia/Kolkata", .hour, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z") == [60, 60])
    }

    @Test(arguments: 1...6)
    func `are those that a walk by the minute finds`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for (_, zone) in try ZoneFixtures.all() where zone.name != "Africa/Monrovia" {
            var second = Int64.random(in: 0..<2_000_000_000, using: &random)
            // About a change, where there is one.
            if let change = zone.change(after: second) { second = change.second }
            let start = (second - Int64.random(in: 0..<200_000, using: &random)) / 60 * 60
            let end = (second + Int64.random(in: 60..<200_000, using: &random)) / 60 * 60
            guard start > 400_000 else { continue }
            for width in [ZoneBuckets.Width.hour, .day] {
                let found = ZoneBuckets.bounds(in: zone, width, from: start, to: end, countMax: 10_000)
                #expect(found == Self.walk(zone, width, start, end), "\(zone.name) \(width) \(start) \(end)")
            }
        }
    }

    /// The bounds as a walk from minute to minute finds them.
    private static func walk(_ zone: Zone, _ width: ZoneBuckets.Width, _ start: Int64, _ end: Int64) -> [Int64] {
        var bounds: [Int64] = []
        var minute = start - 4 * 86_400
        var date = (minute + zone.offset(at: minute)) / 86_400
        while true {
            minute += 60
            let (before, now) = (zone.offset(at: minute - 60), zone.offset(at: minute))
            let isBound: Bool
            switch width {
            case .minute: isBound = true
            case .hour: isBound = (minute + now) % 3600 == 0 || now != before
            case .day:
                let shown = (minute + now) / 86_400
                isBound = shown > date
                date = max(date, shown)
            }
            guard isBound else { continue }
            if minute <= start { bounds = [minute] } else { bounds.append(minute) }
            if minute >= end { return bounds }
        }
    }

    @Test func `need no files for UTC, and are no more than wanted`() throws {
        let zone = try ZoneDirectory("/nowhere").zone("UTC")
        #expect(
            ZoneBuckets.bounds(in: zone, .day, from: 100_000, to: 180_000, countMax: 3) == [86_400, 172_800, 259_200])
        #expect(ZoneBuckets.bounds(in: zone, .minute, from: 0, to: 600, countMax: 10)?.count == 11)
        #expect(ZoneBuckets.bounds(in: zone, .minute, from: 0, to: 601, countMax: 10) == nil)
        #expect(ZoneBuckets.bounds(in: zone, .minute, from: 0, to: 253_402_300_799, countMax: 10_000) == nil)
    }

    @Test func `begin where a day does`() throws {
        let berlin = try ZoneFixtures.full.zone("Europe/Berlin")
        let day = Int64(CivilDay(year: 2026, month: 3, day: 29).daysSinceEpoch)
        #expect(ZoneBuckets.start(ofDay: day, in: berlin) == (try ZoneFixtures.second("2026-03-28T23:00:00Z")))
        #expect(ZoneBuckets.start(ofDay: day + 1, in: berlin) == (try ZoneFixtures.second("2026-03-29T22:00:00Z")))
        let apia = try ZoneFixtures.full.zone("Pacific/Apia")
        let skipped = Int64(CivilDay(year: 2011, month: 12, day: 30).daysSinceEpoch)
        #expect(ZoneBuckets.start(ofDay: skipped, in: apia) == ZoneBuckets.start(ofDay: skipped + 1, in: apia))
        #expect(ZoneBuckets.start(ofDay: day, in: .utc) == day * 86_400)
    }
}
