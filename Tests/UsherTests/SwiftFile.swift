import Foundation

/// A file of Swift as the tests of the house read it.
struct SwiftFile {
    /// Its path from the top of the repository.
    let path: String
    /// Its lines.
    let lines: [Substring]

    /// All files below the folders, by their paths.
    static func all(in folders: String...) -> [SwiftFile] {
        folders.flatMap { folder in
            let files = FileManager.default.enumerator(atPath: Documents.root.appendingPathComponent(folder).path)
            var found: [SwiftFile] = []
            while let name = files?.nextObject() as? String {
                guard name.hasSuffix(".swift"), let text = try? Documents.text("\(folder)/\(name)") else { continue }
                found.append(
                    SwiftFile(
                        path: "\(folder)/\(name)", lines: text.split(separator: "\n", omittingEmptySubsequences: false))
                )
            }
            return found.sorted { $0.path < $1.path }
        }
    }

    /// The name without the extension.
    var name: String { (path as NSString).lastPathComponent.replacingOccurrences(of: ".swift", with: "") }

    /// The room that it is in: the first folder below `Sources`, else the first folder.
    var room: String {
        let parts = path.split(separator: "/")
        return String(parts[0] == "Sources" ? parts[1] : parts[0])
    }

    /// A comment: the lines of it that follow each other, without their slashes.
    struct Comment {
        /// The number of its first line, from 1.
        var line: Int
        var text: String
    }

    /// The comments that stand on lines of their own, and those behind code.
    var comments: [Comment] {
        var found: [Comment] = []
        var continues = false
        for (number, line) in lines.enumerated() {
            let code = line.drop { $0 == " " }
            if code.hasPrefix("//") {
                let text = String(code.drop { $0 == "/" }.drop { $0 == " " })
                if continues {
                    found[found.count - 1].text += text.isEmpty ? "\n" : (text.hasPrefix("- ") ? "\n" : " ") + text
                } else {
                    found.append(Comment(line: number + 1, text: text))
                }
            } else if let tail = line.range(of: " // ") {
                found.append(Comment(line: number + 1, text: String(line[tail.upperBound...])))
            }
            continues = code.hasPrefix("//")
        }
        return found
    }

    /// The lines without their comments.
    var code: [Substring] {
        lines.map { line in
            if line.drop(while: { $0 == " " }).hasPrefix("//") { return "" }
            return line.range(of: " // ").map { line[..<$0.lowerBound] } ?? line
        }
    }
}
