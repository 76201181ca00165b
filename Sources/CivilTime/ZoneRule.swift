/// The rule at the end of a zone's file: how its clocks stand after the last change that the file lists.
///
/// A text of POSIX' variable `TZ` such as `CET-1CEST,M3.5.0,M10.5.0/3`, with hours from -167 to 167 as version 3 of the
/// format has them.
struct ZoneRule: Sendable {
    /// A day of each year on which the clocks change, and the time of day.
    struct Change: Sendable {
        var day: Day
        /// Seconds after midnight, by the clocks before the change.
        var seconds: Int64
    }

    /// A day of a year.
    enum Day: Sendable {
        /// 1 to 365; the 29th of February is never counted.
        case withoutLeapDay(Int)
        /// 0 to 365, as it comes.
        case ofYear(Int)
        /// The weekday (0 is Sunday) of that week of a month; week 5 is the last one.
        case ofMonth(Int, week: Int, weekday: Int)
    }

    /// The other half of the year.
    struct Daylight: Sendable {
        var offset: Int64
        var begin: Change
        var end: Change
    }

    var offset: Int64
    var daylight: Daylight?

    init(offset: Int64) { self.offset = offset }

    /// Reads a rule; nil when it is not one.
    init?(_ text: some StringProtocol) {
        var reader = ZoneRuleReader(text)
        guard reader.name(), let offset = reader.time() else { return nil }
        self.offset = -offset
        guard !reader.isAtEnd else { return }
        guard reader.name() else { return nil }
        var other = self.offset + 3600
        if !reader.isAtEnd, !reader.isAt(",") {
            guard let given = reader.time() else { return nil }
            other = -given
        }
        guard let begin = reader.change(), let end = reader.change(), reader.isAtEnd else { return nil }
        daylight = Daylight(offset: other, begin: begin, end: end)
    }

    /// The offset at an instant.
    func offset(at second: Int64) -> Int64 {
        changes(around: second).last { $0.second <= second }?.offset ?? offset
    }

    /// The next instant after one at which the offset becomes another; nil when it never does.
    func change(after second: Int64) -> (second: Int64, offset: Int64)? {
        let now = offset(at: second)
        return changes(around: second).first { $0.second > second && $0.offset != now }
    }

    /// The changes of the years about an instant, in order.
    private func changes(around second: Int64) -> ArraySlice<(second: Int64, offset: Int64)> {
        guard let daylight else { return [] }
        let year = CivilDay(daysSinceEpoch: Int((second + offset).flooredQuotient(86_400))).year
        var found: [(second: Int64, offset: Int64)] = []
        for year in (year - 1)...(year + 2) {
            found.append((instant(daylight.end, year) - daylight.offset, offset))
            found.append((instant(daylight.begin, year) - offset, daylight.offset))
        }
        // Where one half ends as the next begins, as in a zone that has only one, the one that begins counts.
        found.sort { ($0.second, $0.offset == offset ? 0 : 1) < ($1.second, $1.offset == offset ? 0 : 1) }
        let last = found.indices.filter { $0 + 1 == found.count || found[$0 + 1].second > found[$0].second }
        // The end of the last half of the last year is not told from the beginning of the next one.
        return last.map { found[$0] }.dropLast()
    }

    /// The seconds from 1970 to a change, by the clocks of the zone.
    private func instant(_ change: Change, _ year: Int) -> Int64 {
        Int64(ZoneRule.daysSinceEpoch(change.day, year)) * 86_400 + change.seconds
    }

    private static func daysSinceEpoch(_ day: Day, _ year: Int) -> Int {
        let newYear = CivilDay(year: year, month: 1, day: 1).daysSinceEpoch
        switch day {
        case .ofYear(let number): return newYear + number
        case .withoutLeapDay(let number):
            let isLeap = CivilDay(year: year, month: 2, day: 29).exists
            return newYear + number - 1 + (isLeap && number >= 60 ? 1 : 0)
        case .ofMonth(let month, let week, let weekday):
            let first = CivilDay(year: year, month: month, day: 1).daysSinceEpoch
            // 1970-01-01 was a Thursday.
            let firstWeekday = Int(Int64(first + 4).flooredRemainder(7))
            let found = first + (weekday - firstWeekday + 7) % 7 + 7 * (week - 1)
            return CivilDay(daysSinceEpoch: found).month == month ? found : found - 7
        }
    }
}

extension Int64 {
    /// The quotient, rounded down.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// The remainder from 0 up to the divisor.
    func flooredRemainder(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
