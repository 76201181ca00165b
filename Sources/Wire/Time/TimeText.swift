package import CivilTime
package import Journal
package import NIOCore

/// Instants as text: `2026-11-20T23:41:00.123Z` out, RFC 3339 or a bare date in.
package enum TimeText {
    private static var millisecondsPerDay: Int { 86_400_000 }

    /// Appends an instant in UTC with milliseconds.
    ///
    /// Years are four digits; later ones are cut to the year 9999's end.
    package static func write(_ time: Timestamp, to text: inout some TextWriter) {
        let rest = writeDate(time, to: &text)
        text.raw(".")
        Decimal.write(rest % 1000, width: 3, to: &text)
        text.raw("Z")
    }

    /// Writes date, hours, minutes and seconds; gives the milliseconds of the day.
    private static func writeDate(_ time: Timestamp, to text: inout some TextWriter) -> Int {
        let milliseconds = Int(min(max(time.milliseconds, -62_135_596_800_000), 253_402_300_799_999))
        let days = (milliseconds >= 0 ? milliseconds : milliseconds - millisecondsPerDay + 1) / millisecondsPerDay
        let rest = milliseconds - days * millisecondsPerDay
        let civil = CivilDay(daysSinceEpoch: days)
        Decimal.write(civil.year, width: 4, to: &text)
        text.raw("-")
        Decimal.write(civil.month, width: 2, to: &text)
        text.raw("-")
        Decimal.write(civil.day, width: 2, to: &text)
        text.raw("T")
        Decimal.write(rest / 3_600_000, width: 2, to: &text)
        text.raw(":")
        Decimal.write(rest / 60_000 % 60, width: 2, to: &text)
        text.raw(":")
        Decimal.write(rest / 1000 % 60, width: 2, to: &text)
        return rest
    }

    /// An instant as the clocks of a zone show it, to the second: `2026-11-21T00:41:00+01:00`.
    ///
    /// An offset that has seconds, as zones had them until 1972, is written with them.
    package static func text(_ time: Timestamp, in zone: Zone) -> String {
        let offset = Int(zone.offset(at: time.milliseconds / 1000))
        var text = ByteBuffer()
        _ = writeDate(time.adding(seconds: Int64(offset)), to: &text)
        text.raw(offset < 0 ? "-" : "+")
        let length = abs(offset)
        Decimal.write(length / 3600, width: 2, to: &text)
        text.raw(":")
        Decimal.write(length / 60 % 60, width: 2, to: &text)
        if !length.isMultiple(of: 60) {
            text.raw(":")
            Decimal.write(length % 60, width: 2, to: &text)
        }
        return String(buffer: text)
    }

    /// The text of an instant.
    package static func text(_ time: Timestamp) -> String {
        var buffer = ByteBuffer()
        write(time, to: &buffer)
        return String(buffer: buffer)
    }

    /// Appends an HTTP date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func writeHTTPDate(seconds: Int, to buffer: inout ByteBuffer) {
        let days = seconds / 86_400
        let rest = seconds % 86_400
        let civil = CivilDay(daysSinceEpoch: days)
        buffer.writeStaticString(weekdays[(days + 4) % 7])
        Decimal.write(civil.day, width: 2, to: &buffer)
        buffer.writeStaticString(months[civil.month - 1])
        Decimal.write(civil.year, width: 4, to: &buffer)
        buffer.writeStaticString(" ")
        Decimal.write(rest / 3600, width: 2, to: &buffer)
        buffer.writeStaticString(":")
        Decimal.write(rest / 60 % 60, width: 2, to: &buffer)
        buffer.writeStaticString(":")
        Decimal.write(rest % 60, width: 2, to: &buffer)
        buffer.writeStaticString(" GMT")
    }

    private static let weekdays: [StaticString] = ["Sun, ", "Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, "]
    private static let months: [StaticString] = [
        " Jan ", " Feb ", " Mar ", " Apr ", " May ", " Jun ", " Jul ", " Aug ", " Sep ", " Oct ", " Nov ", " Dec ",
    ]

    /// The instant that a bare date stands for.
    package enum DayEdge {
        /// The first millisecond of the day.
        case start
        /// The last millisecond of the day.
        case end
    }

    /// A reason why a text is not a time.
    package enum Fault: Error {
        case form, day, clock, offset

        /// The rule that was broken, for people.
        package var rule: String {
            switch self {
            case .form: "Must be a date (2026-11-20) or an RFC 3339 instant (2026-11-20T23:41:00Z)."
            case .day: "Must be a day of the calendar."
            case .clock: "Must have hours from 00 to 23, and minutes and seconds from 00 to 59."
            case .offset: "Must end in Z or an offset from -23:59 to +23:59."
            }
        }
    }

    /// Reads an RFC 3339 instant or a bare `YYYY-MM-DD`: the one conversion for all doors.
    ///
    /// A bare date is the start of its day for a start, and its last millisecond for an end. The day is UTC's; only a
    /// request that names a zone means that zone's. A leap second is no time: no clock of ours has one.
    package static func parse(
        _ text: String, dateMeans edge: DayEdge, in zone: Zone = .utc
    ) throws(Fault) -> Timestamp {
        var reader = TimeReader(bytes: Array(text.utf8))
        guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
            let day = reader.number(2)
        else { throw .form }
        let isBare = reader.isAtEnd
        guard isBare || reader.takeSeparator() else { throw .form }
        let civil = CivilDay(year: year, month: month, day: day)
        guard civil.exists else { throw .day }
        let midnight = civil.daysSinceEpoch * millisecondsPerDay
        if isBare {
            let day = Int64(civil.daysSinceEpoch)
            let start = ZoneBuckets.start(ofDay: edge == .start ? day : day + 1, in: zone) * 1000
            return Timestamp(milliseconds: edge == .start ? start : start - 1)
        }
        let clock = try reader.clock()
        guard let offset = reader.offset(), reader.isAtEnd else { throw .offset }
        return Timestamp(milliseconds: Int64(midnight + clock - offset))
    }
}
