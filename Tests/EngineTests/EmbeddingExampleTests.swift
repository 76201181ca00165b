import Domain
import Engine
import Foundation
import TestSupport
import Testing

// The lines between the markers stand in docs/embedding.md, word for word.
// example begins
/// Gives the only place of a code to whoever asks first, and says what everybody was told.
func giveAway(in directory: String) async throws -> [String] {
    let (engine, _) = try Engine.open(EngineConfiguration(directory: directory))
    let text = try await engine.decide { context throws(Rejection) in
        let order = GenerateCodes(tenant: .default, count: 1, terms: CodeTerms(maxUses: 1))
        return try Codes.generate(order, in: &context).text(at: 0)
    }.value
    var told: [String] = []
    for name in ["ana", "ben", "ana"] {
        guard let code = CodeText(raw: text), let redeemer = AccountID(name) else { continue }
        let command = ClaimCommand(tenant: .default, target: .code(code), redeemer: redeemer)
        switch try await engine.claim(command).value {
        case .redeemed(_, let already): told.append("\(name) \(already ? "has it already" : "got the place")")
        case .held: told.append("\(name) holds the place")
        case .refused(let refusal): told.append("\(name) was refused: \(refusal.reason.word)")
        }
    }
    await engine.drain()
    return told
}
// example ends

@Suite struct `The example of embedding` {
    @Test func `does what the document says, also on a directory that it has used before`() async throws {
        let directory = try TemporaryDirectory("embedding")
        let expected = ["ana got the place", "ben was refused: exhausted", "ana has it already"]
        #expect(try await giveAway(in: directory.path + "/places") == expected)
        #expect(try await giveAway(in: directory.path + "/places") == expected)
    }

    @Test func `stands in the document as it stands here`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
        let begin = try #require(source.range(of: "// example begins\n"))
        let end = try #require(source.range(of: "// example ends\n"))
        let document = try String(contentsOf: root.appendingPathComponent("docs/embedding.md"), encoding: .utf8)
        #expect(document.contains(source[begin.upperBound..<end.lowerBound]))
    }
}
