import Foundation
import Testing

/// Rules of the house that a compiler does not know.
@Suite struct `The house is tidy` {
    private static let sources = SwiftFile.all(in: "Sources")
    private static let everything =
        sources + SwiftFile.all(in: "Tests", "Benchmarks/Sources", "Benchmarks/Tests")

    /// The words before a declaration's kind.
    private static let modifiers =
        "(?:(?:public|package|internal|private|fileprivate|static|final|override|mutating|borrowing|consuming"
        + "|nonisolated|required|convenience|indirect|@[A-Za-z]+(?:\\([^)]*\\))?) )*"

    @Test func `a type that others see has a file of its name`() throws {
        let type = try Regex("^(\(Self.modifiers))(struct|enum|class|protocol|actor) (\\w+)")
        var count = 0
        for file in Self.sources {
            for line in file.lines {
                guard let match = try type.firstMatch(in: line), let words = match[1].substring else { continue }
                if words.contains("private") { continue }
                count += 1
                #expect(match[3].substring.map(String.init) == file.name, "\(file.path): \(line)")
            }
        }
        #expect(count > 300)
    }

    @Test func `a function fits a screen, and a file is no more than 500 lines`() throws {
        let function = try Regex("^( *)\(Self.modifiers)(func|init|subscript|deinit)\\b")
        var count = 0
        for file in Self.sources {
            let (path, lines) = (file.path, file.lines)
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
        for file in Self.sources {
            for (number, line) in file.lines.enumerated() {
                for phrase in ["TODO", "FIXME", "try!", "can not", "as!"] {
                    #expect(!line.contains(phrase), "\(file.path):\(number + 1) has '\(phrase)'")
                }
            }
        }
    }

    /// Words that have a plainer one.
    private static let banned = "\\b(?:[Hh]ence|[Tt]hus|[Gg]o on|[Gg]oes on|[Ww]ent on|[Cc]an not)\\b"

    @Test func `what is compiled into other rooms is public`() {
        // Swift takes `@inlinable package` and inlines it nowhere else: generic text and JSON then cost calls through
        // witness tables (decision 0030).
        var count = 0
        for file in Self.sources {
            for (number, line) in file.lines.enumerated() where line.contains("@inlinable") {
                count += 1
                let declaration = file.lines[number...].prefix(3).prefix { !$0.isEmpty }.joined(separator: " ")
                #expect(!declaration.contains(" package "), "\(file.path):\(number + 1)")
            }
        }
        #expect(count > 100)
    }

    @Test func `comments say plainly what is there`() throws {
        let riddle = try Regex("(?:^|[.!?:;] |\\n(?:- )?)(?:What|Whether|Whoever|How|Those that)\\b")
        let word = try Regex(Self.banned)
        var count = 0
        for file in Self.everything {
            for comment in file.comments {
                count += 1
                let isPlain = try riddle.firstMatch(in: comment.text) == nil && word.firstMatch(in: comment.text) == nil
                #expect(isPlain, "\(file.path):\(comment.line): \(comment.text)")
            }
        }
        #expect(count > 5000)
    }

    @Test func `documents say plainly what is there`() throws {
        // A sentence may ask, and a heading may name its question.
        let riddle = try Regex(
            "(?:^|[.!?:;|] |\\n *(?:- |[0-9]+\\. )?(?:\\*\\*)?)(?:What|Whether|Whoever|How|Those that)\\b[^.!?]*(?:[.!]|$)"
        )
        let word = try Regex(Self.banned)
        let catalogues = try Documents.catalogues()
        #expect(catalogues.count > 10)
        for document in try Documents.all() + catalogues {
            let text = try Documents.prose(of: document)
            let found = [try riddle.firstMatch(in: text), try word.firstMatch(in: text)]
            let phrases = found.compactMap { $0.map { text[$0.range] } }
            #expect(phrases.isEmpty, "\(document)")
        }
    }

    @Test func `a catalogue lists public types of its room`() throws {
        let declaration = try Regex(
            "^ *public \(Self.modifiers)(?:struct|enum|class|protocol|actor|typealias) (\\w+)")
        var types: [String: Set<Substring>] = [:]
        for file in Self.sources {
            for line in file.lines where line.drop(while: { $0 == " " }).hasPrefix("public ") {
                guard let name = try declaration.firstMatch(in: line)?[1].substring else { continue }
                types[file.room, default: []].insert(name)
            }
        }
        var count = 0
        for document in try Documents.catalogues() {
            let room = String(document.split(separator: "/")[1])
            for entry in try Documents.text(document).matches(of: /(?m)^- ``(\w+)``$/) {
                count += 1
                #expect(types[room]?.contains(entry.1) == true, "\(document): \(entry.1)")
            }
        }
        #expect(count > 100)
    }

    @Test func `messages and helps say plainly what is meant`() throws {
        let riddle = try Regex("\"(?:[^\"]*[.!?:;] )?(?:What|Whether|Whoever|How|Those that)\\b")
        let word = try Regex(Self.banned)
        var count = 0
        for file in Self.everything
        where !["API", "Wire", "HTTPServer"].contains(file.room) && file.name != "TidyTests" {
            for line in file.code {
                count += 1
                let isPlain = try riddle.firstMatch(in: line) == nil && word.firstMatch(in: line) == nil
                #expect(isPlain, "\(file.path): \(line)")
            }
        }
        #expect(count > 50_000)
    }

    @Test func `every declaration is used`() throws {
        // Software of others calls these by name.
        let called: Set<Substring> = [
            "CodingKeys", "InboundIn", "InboundOut", "OutboundIn", "OutboundOut", "callAsFunction", "channelActive",
            "channelInactive", "channelRead", "channelReadComplete", "channelWritabilityChanged", "debugDescription",
            "enqueue",
            "errorCaught", "handlerAdded", "handlerRemoved", "testDescription", "userInboundEventTriggered",
        ]
        let declaration =
            /\b(?:func|var|let|class|struct|enum|protocol|actor|typealias) +([A-Za-z_]\w*)|^ *case ([a-z]\w*)(?:$| =|\()/
        var words: [Substring: Int] = [:]
        var declared: [Substring: [String]] = [:]
        for file in Self.everything {
            var isCalledByName = false
            for line in file.code {
                let code = line.drop { $0 == " " }
                if ["@Test", "@Suite", "@main"].contains(where: code.hasPrefix) { isCalledByName = true }
                for word in line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" }) {
                    words[word, default: 0] += 1
                }
                // A case of a switch ends in a colon.
                for match in line.matches(of: declaration) where match.2 == nil || !line.hasSuffix(":") {
                    guard let name = match.1 ?? match.2 else { continue }
                    // The codes of LMDB's header are declared without a gap, used or not.
                    let isExempt = isCalledByName || file.name == "LMDBError"
                    declared[name, default: []].append(isExempt ? "" : file.room)
                }
                if line.hasSuffix("{") { isCalledByName = false }
            }
        }
        #expect(declared.count > 4000)
        for (name, rooms) in declared where rooms.count == words[name] && !called.contains(name) {
            #expect(rooms.allSatisfy { $0.isEmpty }, "nothing uses \(name), declared in \(rooms)")
        }
    }

    @Test func `no operation is known by its name or its path`() {
        let compares = /\.(?:name|path) *[=!]= *"|(?:hasPrefix|hasSuffix)\("\/|[=!]= *"\/[a-z]|case "\//
        var count = 0
        for file in Self.sources where ["API", "HTTPServer"].contains(file.room) {
            for line in file.code {
                count += 1
                #expect(line.firstMatch(of: compares) == nil, "\(file.path): \(line)")
            }
        }
        #expect(count > 5000)
    }

    @Test func `the sequencer, recovery, promotion and the simulated node name no feature`() throws {
        let pattern = try Regex(
            "Holds?\\b|Hold[A-Z]|[Ii]dempotency|[Ss]toredAnswer|Codes\\b|Campaign|Redemption|[Ii]nvitation")
        let node = "Tests/EngineTests/SimulatedNode.swift"
        let files = Self.everything.filter { file in
            ["/Engine/Sequencing/", "/Engine/Recovery/", "/Engine/Applying/"].contains { file.path.contains($0) }
                || file.path.hasSuffix(node)
        }
        #expect(files.count > 20 && files.contains { $0.path.hasSuffix(node) })
        for file in files {
            for line in file.lines {
                let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
                #expect(code.firstMatch(of: pattern) == nil, "\(file.path): \(line)")
            }
        }
    }
}
