import Foundation
import NIOCore
import Testing

@testable import Load

@Suite struct `Numbers and names` {
    @Test(arguments: RedeemerNames.Kind.allCases)
    func `turn into each other`(kind: RedeemerNames.Kind) {
        let names = RedeemerNames(kind, run: "abc123")
        let other = RedeemerNames(kind, run: "other")
        var seen: Set<String> = []
        for number in [0, 1, 9, 10, 999, 123_456_789] {
            let text = names.text(number)
            #expect(seen.insert(text).inserted)
            #expect(text.utf8.count == names.byteCount(number))
            #expect(Array(text.utf8).withUnsafeBytes { names.number(of: $0) } == number)
            #expect(Array(text.utf8).withUnsafeBytes { other.number(of: $0) } == nil)
        }
        if kind == .uuid { #expect(UUID(uuidString: names.text(7))?.uuidString.lowercased() == names.text(7)) }
        #expect(Array("somebody".utf8).withUnsafeBytes { names.number(of: $0) } == nil)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `are kept in sets of bits like in any set`(seed: UInt64) {
        var random = RandomNumbers(seed: seed)
        var (bits, set): (NumberSet, Set<Int>) = (NumberSet(), [])
        for _ in 0..<2000 {
            let number = Int.random(in: 0..<3000, using: &random)
            if Bool.random(using: &random) {
                #expect(bits.insert(number) == set.insert(number).inserted)
            } else {
                #expect(bits.remove(number) == (set.remove(number) != nil))
            }
        }
        #expect(bits.count == set.count && bits.prefix(.max) == set.sorted())
        var other = NumberSet()
        for number in 1000..<5000 { other.insert(number) }
        #expect(bits.subtracting(other).prefix(.max) == set.filter { $0 < 1000 }.sorted())
        #expect(bits.intersection(other).prefix(.max) == set.filter { $0 >= 1000 }.sorted())
        other.formUnion(bits)
        #expect(other.count == set.union(1000..<5000).count)
    }

    @Test func `of a URL are its parts, and https is refused with the reason`() throws {
        let endpoint = try Endpoint("http://example.org:8080/usher/")
        #expect(endpoint.host == "example.org" && endpoint.port == 8080 && endpoint.path == "/usher")
        #expect(try Endpoint("http://[::1]:70").host == "::1")
        #expect(try Endpoint("http://a").port == 80)
        for wrong in ["https://a", "a:80", "http://", "http://a:b", "http://a:0", "http://u@a"] {
            #expect(throws: Endpoint.Fault.self) { try Endpoint(wrong) }
        }
        do { _ = try Endpoint("https://a") } catch { #expect(error.description.contains("http:// only")) }
    }
}
