import JSONText
import Testing

@testable import Domain

@Suite("Errors by field")
struct FieldErrorTests {
    @Test("keep names apart whose bytes differ, in the order of their bytes")
    func bytes() {
        var errors: FieldErrors = ["\u{E9}": ["one"], "e\u{301}": ["two"]]
        errors.add("\u{E9}", "three")
        errors.add("K", "four")
        errors.add("\u{212A}", "five")
        #expect(errors.count == 4)
        #expect(errors.names.map { Array($0.utf8) } == ["K", "e\u{301}", "\u{E9}", "\u{212A}"].map { Array($0.utf8) })
        #expect(errors["\u{E9}"] == ["one", "three"] && errors["e\u{301}"] == ["two"])
        #expect(errors["K"] == ["four"] && errors["\u{212A}"] == ["five"])
        #expect(errors.first == "K: four")
        errors["\u{E9}"] = nil
        #expect(errors.count == 3 && errors["e\u{301}"] == ["two"])
        #expect(errors != ["\u{E9}": ["two"], "K": ["four"], "\u{212A}": ["five"]])
    }

    @Test("of unknown members inside a document name each by its bytes")
    func nested() throws {
        var errors = FieldErrors()
        let object = try #require(try JSONTree.parse(Array(#"{"\u00e9":1,"e\u0301":2}"#.utf8)).object)
        errors.checkNames(of: object, among: ["type"], path: "reward_policy")
        #expect(errors.count == 2)
    }
}
