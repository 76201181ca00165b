import Foundation
import Testing

@Suite struct `The catalogues of the libraries` {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The pages of all catalogues, by their paths.
    private static func pages() throws -> [(path: String, text: String)] {
        let sources = root.appendingPathComponent("Sources")
        return try FileManager.default.subpathsOfDirectory(atPath: sources.path)
            .filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
            .map { ($0, try String(contentsOf: sources.appendingPathComponent($0), encoding: .utf8)) }
    }

    @Test func `show code that stands in a test, word for word`() throws {
        let tests = Self.root.appendingPathComponent("Tests")
        let compiled = try FileManager.default.subpathsOfDirectory(atPath: tests.path).filter { $0.hasSuffix(".swift") }
            .map { try String(contentsOf: tests.appendingPathComponent($0), encoding: .utf8) }
        var count = 0
        for page in try Self.pages() {
            for block in page.text.matches(of: /\n```swift\n([\s\S]*?)\n```\n/) {
                count += 1
                #expect(compiled.contains { $0.contains("\n\(block.1)\n") }, "\(page.path): \(block.1)")
            }
        }
        #expect(count >= 10)
    }

    @Test func `have a landing page with topics for each library, and an example on each type that one begins with`()
        throws
    {
        let begins = [
            "LMDB": ["Environment"], "Journal": ["Journal", "JournalReader", "JournalWriter"],
            "Store": ["CapacityCounter", "StateStore"], "Domain": ["DecisionContext"],
            "Projections": ["Metrics", "MetricsProjection"], "Engine": ["Engine", "EngineConfiguration"],
            "Replication": ["Follower"], "HTTPServer": ["UsherServer"], "Load": ["EngineBench"],
        ]
        let pages = try Self.pages()
        for (library, types) in begins {
            let landing = pages.first { $0.text.hasPrefix("# ``\(library)``\n") }
            #expect(landing?.text.contains("\n## Topics\n") == true, "\(library) has no landing page with topics")
            for type in types {
                let page = pages.first { $0.text.hasPrefix("# ``\(library)/\(type)``\n") }
                #expect(page?.text.contains("\n```swift\n") == true, "\(library)/\(type) has no example")
            }
        }
    }
}
