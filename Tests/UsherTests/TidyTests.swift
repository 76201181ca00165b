import Foundation
import Testing

/// Rules of the house that a compiler does not know.
@Suite struct `The house is tidy` {
    private static let sources: [(path: String, lines: [Substring])] = {
        let folder = Documents.root.appendingPathComponent("Sources")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var found: [(String, [Substring])] = []
        while let file = files?.nextObject() as? URL {
            guard file.pathExtension == "swift", let text = try? String(contentsOf: file, encoding: .utf8) else {
                continue
            }
            found.append((file.path, text.split(separator: "\n", omittingEmptySubsequences: false)))
        }
        return found
    }()

    /// The words before a declaration's kind.
    private static let modifiers =
        "(?:(?:public|package|internal|private|fileprivate|static|final|override|mutating|borrowing|consuming"
        + "|nonisolated|required|convenience|indirect|@[A-Za-z]+(?:\\([^)]*\\))?) )*"

    @Test func `a type that others see has a file of its name`() throws {
        let type = try Regex("^(\(Self.modifiers))(struct|enum|class|protocol|actor) (\\w+)")
        var count = 0
        for (path, lines) in Self.sources {
            let name = (path as NSString).lastPathComponent.dropLast(".swift".count)
            for line in lines {
                guard let match = try type.firstMatch(in: line), let words = match[1].substring else { continue }
                if words.contains("private") { continue }
                count += 1
                #expect(match[3].substring == name, "\(path): \(line)")
            }
        }
        #expect(count > 300)
    }

    @Test func `a function fits a screen, and a file is no more than 500 lines`() throws {
        let function = try Regex("^( *)\(Self.modifiers)(func|init|subscript|deinit)\\b")
        var count = 0
        for (path, lines) in Self.sources {
            #expect(lines.count <= 501, "\(path) has \(lines.count) lines")
            for (start, line) in lines.enumerated() {
                guard let match = try function.firstMatch(in: line), let indent = match[1].substring else { continue }
                guard let end = lines[start...].firstIndex(where: { $0 == indent + "}" }) else { continue }
                // A requirement of a protocol has no end of its own.
                let isWhole = lines[(start + 1)..<end].allSatisfy {
                    $0.isEmpty || $0.hasPrefix(indent + " ") || $0.hasPrefix(indent + ")")
                }
                guard isWhole else { continue }
                count += 1
                #expect(end - start < 60, "\(path):\(start + 1) is \(end - start + 1) lines long")
            }
        }
        #expect(count > 500)
    }

    @Test func `nothing is left to do, forced or written in two words`() throws {
        for (path, lines) in Self.sources {
            for (number, line) in lines.enumerated() {
                for phrase in ["TODO", "FIXME", "try!", "can not", "as!"] {
                    #expect(!line.contains(phrase), "\(path):\(number + 1) has '\(phrase)'")
                }
            }
        }
    }
}
