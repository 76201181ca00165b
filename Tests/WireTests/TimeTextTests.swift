import CivilTime
import Foundation
import Journal
import NIOCore
import TestSupport
import Testing

@testable import Wire

@Suite("Times are written and read by their own arithmetic")
struct TimeTextTests {
    @Test("random instants are written as Foundation writes them, and read back")
    func agreesWithFoundation() {
        let formatter = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let milliseconds = Int64.random(in: -62_135_596_800_000...253_402_300_799_999, using: &random)
            let time = Timestamp(milliseconds: milliseconds)
            let text = TimeText.text(time)
            #expect((try? TimeText.parse(text, dateMeans: .start)) == time, "\(milliseconds)")
            // Foundation's date is a double: compare where it is exact to the millisecond.
            if milliseconds > 0, milliseconds < 4_102_444_800_000 {
                let seconds = milliseconds / 1000
                let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(formatter)
                #expect(text.prefix(19) == whole.prefix(19), "\(milliseconds)")
            }
        }
    }

    @Test("the days of four centuries count up without a gap")
    func days() {
        var expected = CivilDay(year: 1999, month: 12, day: 31)
        for day in CivilDay(year: 2000, month: 1, day: 1)
            .daysSinceEpoch..<CivilDay(year: 2400, month: 1, day: 1).daysSinceEpoch
        {
            let civil = CivilDay(daysSinceEpoch: day)
            let follows =
                civil.day == expected.day + 1 && civil.month == expected.month
                || civil.day == 1 && civil.month == expected.month % 12 + 1 && expected.day >= 28
            #expect(follows && civil.daysSinceEpoch == day)
            expected = civil
        }
        #expect(expected == CivilDay(year: 2399, month: 12, day: 31))
    }

    @Test("a bare date is the start or the end of its day")
    func bareDates() throws {
        #expect(TimeText.text(try TimeText.parse("2026-11-20", dateMeans: .start)) == "2026-11-20T00:00:00.000Z")
        #expect(TimeText.text(try TimeText.parse("2026-11-20", dateMeans: .end)) == "2026-11-20T23:59:59.999Z")
    }

    @Test("offsets are taken off")
    func offsets() throws {
        #expect(
            TimeText.text(try TimeText.parse("2026-11-21T01:41:00.5+02:00", dateMeans: .start))
                == "2026-11-20T23:41:00.500Z")
        #expect(
            TimeText.text(try TimeText.parse("2026-11-20t23:41:00-01:30", dateMeans: .start))
                == "2026-11-21T01:11:00.000Z")
    }

    @Test(
        "what is not a time is refused",
        arguments: [
            "", "2026", "2026-13-01", "2026-02-29", "2026-00-10", "2026-01-32", "2026-1-1", "2026-01-01T", "20260101",
            "2026-01-01T24:00:00Z", "2026-06-30T23:59:60Z", "2026-01-01T10:00:61Z", "2026-01-01T10:00:00+24:00",
            "2026-01-01T10:60:00Z", "2026-01-01T10:00:00", "2026-01-01T10:00:00.Z",
            "2026-01-01T10:00:00+1:00", "2026-01-01T10:00:00Zx", " 2026-01-01", "2026-01-01 ", "tomorrow",
        ])
    func refuses(text: String) {
        #expect(throws: TimeText.Fault.self) { try TimeText.parse(text, dateMeans: .start) }
    }

    @Test("a refusal names the rule that was broken")
    func rules() {
        func fault(_ text: String) -> TimeText.Fault? {
            do throws(TimeText.Fault) {
                _ = try TimeText.parse(text, dateMeans: .end)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault("2026-02-30") == .day && fault("2026-13-01T00:00:00Z") == .day)
        #expect(fault("2026-01-01T24:00:00Z") == .clock && fault("2026-06-30T23:59:60Z") == .clock)
        #expect(fault("2026-01-01T10:00:00") == .offset && fault("2026-01-01T10:00:00+99:00") == .offset)
        #expect(fault("tomorrow") == .form && fault("2026-1-1") == .form && fault("2028-02-29") == nil)
    }

    @Test("HTTP dates are as RFC 9110 shows them")
    func httpDate() {
        var buffer = ByteBuffer()
        TimeText.writeHTTPDate(seconds: 784_111_777, to: &buffer)
        #expect(String(buffer: buffer) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}
