import Foundation

/// The documents of the repository, as the tests read them.
enum Documents {
    /// The repository.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file's text.
    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// True if there is a file or folder.
    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    /// Every Markdown file at the top and under `docs`, by its path.
    static func all() throws -> [String] {
        let top = try FileManager.default.contentsOfDirectory(atPath: root.path)
        let below = try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent("docs").path)
        return (top + below.map { "docs/" + $0 }).filter { $0.hasSuffix(".md") }.sorted()
    }

    /// Every page of the libraries' reference, by its path.
    static func catalogues() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent("Sources").path)
            .filter { $0.hasSuffix(".md") && $0.contains(".docc/") }.map { "Sources/" + $0 }.sorted()
    }

    /// A link inside the repository.
    struct Link: Hashable {
        var document: String
        var text: String
        /// The file that it names, from the top.
        var target: String
        /// The heading behind `#`.
        var anchor: String?
    }

    /// The links of a document to other files, with paths taken from its own folder.
    static func links(in document: String) throws -> [Link] {
        let folder = (document as NSString).deletingLastPathComponent
        return try prose(of: document).matches(of: /\[([^\]]*)\]\(([^)\s]+)\)/).compactMap { match in
            let parts = match.2.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            guard !match.2.contains("://") else { return nil }
            var target = document
            if !parts[0].isEmpty {
                target = ((folder as NSString).appendingPathComponent(String(parts[0])) as NSString).standardizingPath
            }
            return Link(
                document: document, text: String(match.1), target: target,
                anchor: parts.count > 1 ? String(parts[1]) : nil)
        }
    }

    /// The text of a document without its fenced blocks.
    static func prose(of document: String) throws -> String {
        var isFenced = false
        return try text(document).split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.hasPrefix("```") {
                isFenced.toggle()
                return false
            }
            return !isFenced
        }.joined(separator: "\n")
    }

    /// The anchors that a document's headings make.
    static func anchors(of document: String) throws -> Set<String> {
        let headings = try prose(of: document).split(separator: "\n").filter { $0.hasPrefix("#") }
        return Set(
            headings.map { heading in
                let words = heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
                let kept = words.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }
                return kept.replacingOccurrences(of: " ", with: "-")
            })
    }

    /// A fenced block.
    struct Block {
        /// The word after the opening fence.
        var language: String
        var text: String
    }

    /// The fenced blocks of a document, in order.
    static func blocks(in document: String) throws -> [Block] {
        var blocks: [Block] = []
        var open: Block?
        for line in try text(document).split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                if let block = open { blocks.append(block) }
                open = open == nil ? Block(language: String(line.dropFirst(3)), text: "") : nil
            } else {
                open?.text += line + "\n"
            }
        }
        return blocks
    }
}
