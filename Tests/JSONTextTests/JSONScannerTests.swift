import Foundation
import TestSupport
import Testing

@testable import JSONText

@Suite("JSON is read as RFC 8259 says")
struct JSONScannerTests {
    @Test("random documents read the same as Foundation reads them")
    func agreesWithFoundation() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let value = JSONTree.random(depth: 4, using: &random)
            let bytes = Data(value.text)
            let theirs = try JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed)
            let ours = try JSONTree.parse(Array(bytes))
            #expect(ours == value, "seed \(seed)")
            #expect(ours.matches(theirs), "seed \(seed)")
        }
    }

    @Test("texts with random damage are accepted exactly where Foundation accepts them")
    func agreesOnDamage() throws {
        var accepted = 0
        var refused = 0
        for seed in 0..<2000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var bytes = JSONTree.random(depth: 3, using: &random).text
            let index = Int.random(in: 0..<bytes.count, using: &random)
            // ASCII only: what Foundation makes of broken UTF-8 differs between its versions.
            let alphabet = Array("{}[]\",:0123456789.eE+-tfn\\u \n".utf8)
            bytes[index] = alphabet.randomElement(using: &random) ?? 0x20
            guard let text = String(validating: bytes, as: UTF8.self) else { continue }
            let theirs = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            let ours = try? JSONTree.parse(Array(bytes))
            #expect((ours != nil) == (theirs != nil), "seed \(seed): \(text)")
            if ours == nil { refused += 1 } else { accepted += 1 }
        }
        #expect(accepted > 100 && refused > 100)
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "[", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "01", "-",
            "1.", ".5", "1e", "1e+", "+1", "0x10", "NaN", "Infinity", "tru", "nul", "True", "\"", "\"\\x\"",
            "\"\\u12\"", "\"\\u12G4\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\udc00\\ud800\"",
            "\"a\nb\"", "\"\t\"", "1 2", "{} {}", "[1]]", "null,", "\"a\" \"b\"", "\u{FEFF}1",
        ])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try JSONTree.parse(Array(text.utf8)) }
    }

    @Test(
        "broken UTF-8 is refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80], [0xE0, 0xA0],
            [0xED, 0xA0, 0x80],
            [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func refusesBrokenUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONTree.parse([0x22] + bytes + [0x22]) }
    }

    @Test("escapes mean what they say")
    func escapes() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00é€😀""#
        #expect(try JSONTree.parse(Array(text.utf8)) == .string("\"\\/\u{8}\u{C}\n\r\té€😀é€😀"))
    }

    @Test("nesting is read to its limit and not beyond")
    func nesting() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONTree.parse(Array(deepest.utf8))
        #expect(throws: JSONError.self) { try JSONTree.parse(Array("[\(deepest)]".utf8)) }
        // Far beyond: refused, not a crash.
        let abyss = String(repeating: "[{\"a\":", count: 100_000)
        #expect(throws: JSONError.self) { try JSONTree.parse(Array(abyss.utf8)) }
    }

    @Test("of members with the same name the last one counts")
    func duplicates() throws {
        let tree = try JSONTree.parse(Array(#"{"a":1,"b":2,"a":3}"#.utf8))
        #expect(tree.object?["a"] == 3)
        #expect(tree.object?.members.count == 2)
    }

    @Test("integers at the edges of 64 bits are exact, others keep their text")
    func integers() throws {
        #expect(try JSONTree.parse(Array("9223372036854775807".utf8)) == .integer(.max))
        #expect(try JSONTree.parse(Array("-9223372036854775808".utf8)) == .integer(.min))
        #expect(try JSONTree.parse(Array("9223372036854775808".utf8)) == .number("9223372036854775808"))
        #expect(try JSONTree.parse(Array("1.0".utf8)) == .number("1.0"))
    }

    @Test("an integer of any size has its decimal text, other values have none")
    func integerText() throws {
        for (text, wanted) in [
            ("0", "0"), ("-0", "0"), ("-12", "-12"), ("18446744073709551616", "18446744073709551616"),
            ("-9223372036854775809", "-9223372036854775809"), ("1.0", nil), ("1e3", nil), ("12E0", nil), ("\"1\"", nil),
            ("null", nil), ("-0.0", nil), ("99999999999999999999e1", nil),
        ] {
            #expect(try JSONTree.parse(Array(text.utf8)).integerText == wanted, "\(text)")
        }
    }

    @Test("blank is white space of JSON and nothing else")
    func blank() {
        for byte in UInt8.min...UInt8.max {
            #expect(JSONScanner.isBlank([byte]) == [0x20, 0x09, 0x0A, 0x0D].contains(byte), "\(byte)")
            #expect(JSONScanner.isBlank([0x20, byte, 0x0D]) == JSONScanner.isBlank([byte]))
        }
        #expect(JSONScanner.isBlank([UInt8]()))
    }

    @Test("numbers come out as they were written")
    func numbers() throws {
        for text in ["0", "-0", "1.50", "1E+2", "123456789012345678901234567890", "-9223372036854775809", "0.1e-7"] {
            #expect(try JSONTree.parse(Array(text.utf8)).text == Array(text.utf8))
        }
    }

    @Test("names and texts are bytes: canonically equivalent ones are different")
    func bytes() throws {
        let text = #"{"Jos\u00e9":1,"Jose\u0301":2}"#
        let object = try #require(try JSONTree.parse(Array(text.utf8)).object)
        #expect(object.members.map(\.name.utf8.count) == [5, 6])
        #expect(object["Jos\u{E9}"] == 1 && object["Jose\u{301}"] == 2)
        #expect(JSONTree.string("\u{E9}") != .string("e\u{301}"))
        #expect(JSONTree.object(object).text == Array("{\"Jos\u{E9}\":1,\"Jose\u{301}\":2}".utf8))
        // A Kelvin sign is no K.
        #expect(try JSONTree.parse(Array("{\"K\":1,\"\u{212A}\":2}".utf8)).object?.members.count == 2)
    }

    @Test("an object with many members keeps their order, also when some are set again or removed")
    func manyMembers() {
        var object = JSONObject()
        for index in 0..<1000 { object["m\(index)"] = .integer(Int64(index)) }
        for index in stride(from: 0, to: 1000, by: 2) { object["m\(index)"] = .integer(-1) }
        object["m7"] = nil
        #expect(object.members.count == 999 && object["m7"] == nil && object["m8"] == -1 && object["m9"] == 9)
        #expect(object.members.map(\.name) == (0..<1000).filter { $0 != 7 }.map { "m\($0)" })
        for index in 0..<995 { object["m\(index)"] = nil }
        #expect(object.members.map(\.name) == ["m995", "m996", "m997", "m998", "m999"])
    }
}

extension JSONTree {
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONTree {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: -1000...1000, using: &random))
        case 3:
            return .number("\(Int.random(in: -9...9, using: &random)).5e\(Int.random(in: -3...3, using: &random))")
        case 4: return .string(text(using: &random))
        case 5, 6:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in JSONTree.random(depth: depth - 1, using: &random)
                })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                object[text(using: &random)] = JSONTree.random(depth: depth - 1, using: &random)
            }
            return .object(object)
        }
    }

    private static func text(using random: inout SeededGenerator) -> String {
        let characters: [Character] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\u{1}", "\u{1F}", "é", "€", "😀", "\u{7F}",
        ]
        return String(
            (0..<Int.random(in: 0...6, using: &random)).map { _ in characters.randomElement(using: &random) ?? "x" })
    }

    func matches(_ other: Any) -> Bool {
        switch self {
        case .null: return other is NSNull
        case .bool(let value): return (other as? NSNumber)?.boolValue == value
        case .integer(let value): return (other as? NSNumber)?.int64Value == value
        case .number(let text): return (other as? NSNumber)?.doubleValue == Double(text)
        case .string(let text): return other as? String == text
        case .array(let elements):
            guard let others = other as? [Any], others.count == elements.count else { return false }
            return zip(elements, others).allSatisfy { $0.matches($1) }
        case .object(let object):
            guard let others = other as? [String: Any], others.count == object.members.count else { return false }
            return object.members.allSatisfy { member in others[member.name].map { member.value.matches($0) } ?? false }
        }
    }
}
