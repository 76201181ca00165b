import ArgumentParser
import Foundation
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

    @Test func `has an example of every command that asks a server`() throws {
        let commands = try Tour.steps(in: Self.page).map(\.commands).joined()
        let groups: [any ParsableCommand.Type] = [
            CampaignsCommand.self, CodesCommand.self, ClaimsCommand.self, HoldsCommand.self, StatsCommand.self,
            TenantsCommand.self, KeysCommand.self,
        ]
        var count = 0
        for group in groups {
            for command in group.configuration.subcommands {
                let words = [group, command].compactMap { $0.configuration.commandName }.joined(separator: " ")
                #expect(commands.contains("usher \(words)"), "\(words) has no example")
                count += 1
            }
        }
        #expect(count > 25)
        for command in ["usher status", "usher replication"] { #expect(commands.contains(command)) }
    }

    @Test func `names every command, and each command explains itself`() throws {
        let text = try Documents.text(Self.page)
        for command in usher.Usher.configuration.subcommands {
            let name = command.configuration.commandName ?? ""
            #expect(text.contains("`\(name)") || text.contains("`usher \(name)"), "\(name)")
            for part in [command] + command.configuration.subcommands {
                #expect(part.configuration.abstract.hasSuffix("."), "\(part)")
            }
        }
    }
}
