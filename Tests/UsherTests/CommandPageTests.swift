import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import usher

/// The page of the command, whose examples are run as they stand there.
@Suite struct `The page of the command` {
    private static let page = "docs/operating/cli.md"

    @Test(.timeLimit(.minutes(3)))
    func `says what every example really answers`() async throws {
        let steps = try Tour.steps(in: Self.page)
        #expect(steps.count >= 9)
        let results = try await Tour.run(steps, serving: ["--metrics"])
        Tour.expect(results, answer: steps)
    }

    @Test func `has an example of every command that asks a server, or a test runs it`() throws {
        let examples = try Tour.steps(in: Self.page).map(\.commands).joined()
        let tests = SwiftFile.all(in: "Tests/UsherTests").flatMap(\.code).joined(separator: "\n")
        let asking = try DeclaredCommand.of(ClientOptions.self).options
        var (count, shown) = (0, 0)
        for command in try DeclaredCommand.of(usher.Usher.self).all where Set(asking).isSubset(of: command.options) {
            let words = command.words.split(separator: " ").dropFirst().map { "\"\($0)\"" }.joined(separator: ", ")
            let isShown = examples.contains(command.words)
            #expect(isShown || tests.contains(words), "nothing runs \(command.words)")
            (count, shown) = (count + 1, shown + (isShown ? 1 : 0))
        }
        #expect(count > 30 && shown > 25)
    }

    @Test func `speaks of options that are declared, and of nothing else`() throws {
        let declared = Set(try DeclaredCommand.of(usher.Usher.self).all.flatMap(\.options).flatMap(\.spellings))
        let named = try Documents.text(Self.page).matches(of: /(?:^|[^-\w])(--[a-z][a-z-]*)/).map { String($0.1) }
        #expect(Set(named).count > 50)
        // The one that is the library's own.
        for name in Set(named).subtracting(["--generate-completion-script"]) {
            #expect(declared.contains(name), "\(name) is no option")
        }
    }

    @Test func `has a row for every setting of a node, and for no other`() throws {
        func declared(_ type: any ParsableArguments.Type) throws -> Set<String> {
            Set(try DeclaredCommand.of(type).options.flatMap(\.spellings))
        }
        let tables = try Documents.text(Self.page).components(separatedBy: "| option | environment | file | default |")
        let rows = tables.dropFirst().map { table in
            let rows = table.split(separator: "\n").dropFirst().prefix { $0.hasPrefix("|") }
            return Set(rows.flatMap { $0.split(separator: "|")[0].matches(of: /`(--[a-z-]+)/).map { String($0.1) } })
        }
        try #require(rows.count == 2)
        let serve = try declared(ServeCommand.self)
        // The positive form is the default, and stands in the same row.
        #expect(rows[0] == serve.subtracting(["--metrics"]))
        #expect(rows[1] == (try declared(ReplicaCommand.self)).subtracting(try declared(NodeOptions.self)))
    }
}

/// The page of all commands and options, which their declarations say.
@Suite struct `The page of all commands` {
    @Test func `lists all commands and options as they are declared`() throws {
        let misfit = try WrittenPage(CommandsPage.path).misfit(with: CommandsPage.text())
        #expect(misfit == nil)
    }

    @Test func `tells of each shared group once, and of no group that nothing has`() throws {
        let text = try CommandsPage.text()
        for group in CommandsPage.groups {
            let link = "[\(group.title.lowercased())](#"
            #expect(text.ranges(of: link).count > 1, "\(group.title)")
        }
    }

    @Test func `has a sentence for each command and for each option`() throws {
        var count = 0
        for command in try DeclaredCommand.of(usher.Usher.self).all {
            #expect(command.abstract?.hasSuffix(".") == true, "\(command.words)")
            for option in command.options {
                #expect(option.abstract?.hasSuffix(".") == true, "\(command.words) \(option.spellings)")
                count += 1
            }
        }
        #expect(count > 300)
    }
}
