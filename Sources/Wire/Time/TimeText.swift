import JSONText
import Journal
import NIOCore

/// A day of the Gregorian calendar, and its distance from 1970-01-01.
///
/// The arithmetic counts years from March, so that the leap day is a year's last, and groups them in eras of 400.
struct CivilDay: Equatable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that many days after 1970-01-01.
    init(daysSinceEpoch days: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days since 1970-01-01.
    var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Whether the calendar has this day.
    var exists: Bool { (1...12).contains(month) && day >= 1 && CivilDay(daysSinceEpoch: daysSinceEpoch) == self }
}

/// Instants as text: `2026-11-20T23:41:00.123Z` out, RFC 3339 or a bare date in.
enum TimeText {
    private static let millisecondsPerDay = 86_400_000

    /// Appends an instant in UTC with milliseconds.
    ///
    /// Years are four digits; later ones are cut to the year 9999's end.
    static func write(_ time: Timestamp, to text: inout some TextWriter) {
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
        text.raw(".")
        Decimal.write(rest % 1000, width: 3, to: &text)
        text.raw("Z")
    }

    /// The text of an instant.
    static func text(_ time: Timestamp) -> String {
        var buffer = ByteBuffer()
        write(time, to: &buffer)
        return String(buffer: buffer)
    }

    /// Appends an HTTP date such as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func writeHTTPDate(seconds: Int, to buffer: inout ByteBuffer) {
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

    /// What a bare date stands for.
    enum DayEdge {
        /// The first millisecond of the day.
        case start
        /// The last millisecond of the day.
        case end
    }

    /// Why a text is no time.
    enum Fault: Error {
        case form, day, clock, offset

        /// The rule that was broken, for people.
        var rule: String {
            switch self {
            case .form: "Must be a date (2026-11-20) or an RFC 3339 instant (2026-11-20T23:41:00Z)."
            case .day: "Must be a day of the calendar."
            case .clock: "Must have hours from 00 to 23, and minutes and seconds from 00 to 59."
            case .offset: "Must end in Z or an offset from -23:59 to +23:59."
            }
        }
    }

    /// Reads an RFC 3339 instant or a bare `YYYY-MM-DD`, taken in UTC: the one conversion for all doors.
    ///
    /// A bare date is the start of its day for a start, and its last millisecond for an end. A leap second is no time: no
    /// clock of ours has one.
    static func parse(_ text: String, dateMeans edge: DayEdge) throws(Fault) -> Timestamp {
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
            return Timestamp(milliseconds: Int64(edge == .start ? midnight : midnight + millisecondsPerDay - 1))
        }
        let clock = try reader.clock()
        guard let offset = reader.offset(), reader.isAtEnd else { throw .offset }
        return Timestamp(milliseconds: Int64(midnight + clock - offset))
    }
}

/// Reads the digits and signs of a time from the left.
private struct TimeReader {
    let bytes: [UInt8]
    var index = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func takeSeparator() -> Bool { take("T") || take("t") || take(" ") }

    /// Exactly that many digits.
    mutating func number(_ width: Int) -> Int? {
        guard bytes.count - index >= width else { return nil }
        var value = 0
        for byte in bytes[index..<(index + width)] {
            guard byte &- UInt8(ascii: "0") < 10 else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        index += width
        return value
    }

    /// `HH:MM:SS` with an optional fraction, in milliseconds.
    mutating func clock() throws(TimeText.Fault) -> Int {
        guard let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2) else {
            throw .form
        }
        guard hour < 24, minute < 60, second < 60 else { throw .clock }
        var milliseconds = 0
        if take(".") {
            var scale = 100
            let start = index
            while index < bytes.count, bytes[index] &- UInt8(ascii: "0") < 10 {
                milliseconds += Int(bytes[index] - UInt8(ascii: "0")) * scale
                scale /= 10
                index += 1
            }
            guard index > start else { throw .form }
        }
        return ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds
    }

    /// `Z` or `±HH:MM`, in milliseconds.
    mutating func offset() -> Int? {
        if take("Z") || take("z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), hours < 24, take(":"), let minutes = number(2), minutes < 60
        else { return nil }
        let milliseconds = (hours * 60 + minutes) * 60_000
        return isEast ? milliseconds : -milliseconds
    }
}
