import Foundation
import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("JSON is read as RFC 8259 says")
struct JSONScannerTests {
    @Test("random documents read the same as Foundation reads them")
    func agreesWithFoundation() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let value = JSONTree.random(depth: 4, using: &random)
            let bytes = Data(value.text)
            let theirs = try JSONSerialization.jsonObject(with: bytes, options: .fragmentsAllowed)
            let ours = try JSONTree.parse(ByteBuffer(bytes: bytes))
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
            let ours = try? JSONTree.parse(ByteBuffer(bytes: bytes))
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
        #expect(throws: JSONError.self) { try JSONTree.parse(ByteBuffer(string: text)) }
    }

    @Test(
        "broken UTF-8 is refused",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x20], [0xE0, 0x80, 0x80], [0xE0, 0xA0],
            [0xED, 0xA0, 0x80],
            [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE],
        ] as [[UInt8]])
    func refusesBrokenUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONTree.parse(ByteBuffer(bytes: [0x22] + bytes + [0x22])) }
    }

    @Test("escapes mean what they say")
    func escapes() throws {
        let text = #""\"\\\/\b\f\n\r\t\u00e9\u20ac\ud83d\ude00é€😀""#
        #expect(try JSONTree.parse(ByteBuffer(string: text)) == .string("\"\\/\u{8}\u{C}\n\r\té€😀é€😀"))
    }

    @Test("nesting is read to its limit and not beyond")
    func nesting() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONTree.parse(ByteBuffer(string: deepest))
        #expect(throws: JSONError.self) { try JSONTree.parse(ByteBuffer(string: "[\(deepest)]")) }
        // Far beyond: refused, not a crash.
        let abyss = String(repeating: "[{\"a\":", count: 100_000)
        #expect(throws: JSONError.self) { try JSONTree.parse(ByteBuffer(string: abyss)) }
    }

    @Test("of members with the same name the last one counts")
    func duplicates() throws {
        let tree = try JSONTree.parse(ByteBuffer(string: #"{"a":1,"b":2,"a":3}"#))
        #expect(tree.object?["a"] == 3)
        #expect(tree.object?.members.count == 2)
    }

    @Test("integers at the edges of 64 bits are exact, others keep their text")
    func integers() throws {
        #expect(try JSONTree.parse(ByteBuffer(string: "9223372036854775807")) == .integer(.max))
        #expect(try JSONTree.parse(ByteBuffer(string: "-9223372036854775808")) == .integer(.min))
        #expect(try JSONTree.parse(ByteBuffer(string: "9223372036854775808")) == .number("9223372036854775808"))
        #expect(try JSONTree.parse(ByteBuffer(string: "1.0")) == .number("1.0"))
    }
}

extension JSONTree {
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONTree {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: -1000...1000, using: &random))
        case 3: return .number("\(Int.random(in: -9...9, using: &random)).5e\(Int.random(in: -3...3, using: &random))")
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
