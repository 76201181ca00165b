import Foundation
import Testing

/// The rooms of `Package.swift`, and those that `docs/ARCHITECTURE.md` draws.
@Suite struct `The rooms` {
    private static let page = "docs/ARCHITECTURE.md"

    /// A target of the manifest.
    private struct Target {
        var name: String
        /// The folder of its sources; nil for a system library.
        var folder: String?
        /// The own targets that it depends on.
        var own: Set<String>
        /// The modules of other packages that it depends on.
        var products: Set<String>
    }

    private static func targets() throws -> [Target] {
        let manifest = try Documents.text("Package.swift")
        let starts = manifest.matches(
            of: /\.(target|executableTarget|testTarget|systemLibrary)\(\s*name: "([A-Za-z]+)"/)
        return starts.enumerated().map { index, start in
            let end = index + 1 < starts.count ? starts[index + 1].range.lowerBound : manifest.endIndex
            let text = manifest[start.range.upperBound..<end]
            let list = text.firstMatch(of: /dependencies: \[([\s\S]*?)\],\s*(?:path|swiftSettings)/)?.1 ?? ""
            let own = list.replacing(/\.product\([^)]*\)/, with: "").matches(of: /"([A-Za-z]+)"/)
            let products = list.matches(of: /\.product\(name: "([A-Za-z0-9]+)"/)
            let isTest = start.1 == "testTarget" || text.contains("path: \"Tests/")
            return Target(
                name: String(start.2),
                folder: start.1 == "systemLibrary" ? nil : "\(isTest ? "Tests" : "Sources")/\(start.2)",
                own: Set(own.map { String($0.1) }), products: Set(products.map { String($0.1) }))
        }
    }

    /// Each own target of the manifest that is no test, with the own targets that it depends on.
    private static func declared() throws -> [String: Set<String>] {
        let rooms = try targets().filter { $0.folder?.hasPrefix("Tests/") != true }
        return Dictionary(uniqueKeysWithValues: rooms.map { ($0.name, $0.own) })
    }

    /// Each line of the drawing: a room and those that it points at, from the top to the bottom.
    private static func drawn() throws -> [(room: String, arrows: [String])] {
        let block = try #require(try Documents.blocks(in: page).first { $0.text.contains("──▶") })
        return block.text.split(separator: "\n").map { line in
            let parts = line.split(separator: "──▶", maxSplits: 1)
            let names = parts.map { part in
                part.split { $0 == "," || $0 == " " }.map(String.init)
            }
            return (names[0][0], names.count > 1 ? names[1] : [])
        }
    }

    @Test func `are drawn as Package.swift has them, with every arrow and no other`() throws {
        let (declared, drawn) = (try Self.declared(), try Self.drawn())
        #expect(declared.count >= 15 && declared["LMDB"] == ["CLMDB"], "the manifest is read")
        #expect(Set(drawn.map(\.room)) == Set(declared.keys), "rooms")
        #expect(drawn.count == declared.count, "a room is drawn twice")
        for line in drawn {
            #expect(Set(line.arrows) == declared[line.room], "\(line.room)")
            #expect(Set(line.arrows).count == line.arrows.count, "\(line.room) has an arrow twice")
        }
    }

    @Test func `point downwards only, and each has a line in the table`() throws {
        let (drawn, text) = (try Self.drawn(), try Documents.text(Self.page))
        let table = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap {
            $0.split(separator: "|").first
        }
        for (index, line) in drawn.enumerated() {
            let below = Set(drawn[(index + 1)...].map(\.room))
            #expect(below.isSuperset(of: line.arrows), "\(line.room) points at what is not below it")
            #expect(table.contains { $0.contains("`\(line.room)`") }, "\(line.room) has no line in the table")
        }
    }

    @Test func `lie in the folders of their names`() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Documents.root.appendingPathComponent("Sources").path)
        #expect(Set(folders) == Set(try Self.declared().keys))
    }

    @Test func `import what they declare, and declare nothing else; so do the tests`() throws {
        let system: Set<String> = [
            "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Testing",
        ]
        let line = /^(?:@\w+ |public |package |internal |private )*import (?:struct |class |enum |func )?(\w+)/
        let targets = try Self.targets()
        #expect(targets.count > 25)
        for target in targets {
            guard let folder = target.folder else { continue }
            let imports = SwiftFile.all(in: folder).flatMap { file in
                file.lines.compactMap { $0.contains("import ") ? $0.firstMatch(of: line).map { String($0.1) } : nil }
            }
            #expect(Set(imports).subtracting(system) == target.own.union(target.products), "\(target.name)")
        }
    }
}
