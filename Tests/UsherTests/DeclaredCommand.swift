import ArgumentParser
import Foundation

/// A command or a group of options as ArgumentParser tells of its declaration.
struct DeclaredCommand: Decodable {
    /// An argument, an option or a flag.
    struct Argument: Decodable, Hashable {
        struct Name: Decodable, Hashable {
            var kind: String
            var name: String

            /// The name with its dashes.
            var text: String { (kind == "long" ? "--" : "-") + name }
        }

        var kind: String
        var names: [Name]?
        var valueName: String?
        var abstract: String?
        var defaultValue: String?
        var isOptional: Bool
        var isRepeating: Bool
        var shouldDisplay: Bool

        /// The names with their dashes, the long one first.
        var spellings: [String] { (names ?? []).sorted { $0.kind < $1.kind }.map(\.text) }
    }

    var commandName: String
    var superCommands: [String]?
    var abstract: String?
    var discussion: String?
    var subcommands: [DeclaredCommand]?
    private var arguments: [Argument]?

    /// Everything it takes that people are told of, but for what every command has.
    var options: [Argument] {
        (arguments ?? []).filter {
            $0.shouldDisplay && !$0.spellings.contains("--help") && $0.spellings != ["--version"]
        }
    }

    /// The words by which it is called.
    var words: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// Itself and all below it, in order.
    var all: [DeclaredCommand] { [self] + (subcommands ?? []).flatMap(\.all) }

    /// Reads a declaration.
    static func of(_ type: any ParsableArguments.Type) throws -> DeclaredCommand {
        struct Dump: Decodable { var command: DeclaredCommand }
        var command = try JSONDecoder().decode(Dump.self, from: Data(type._dumpHelp().utf8)).command
        // The library's own.
        command.subcommands?.removeAll { $0.commandName == "help" }
        return command
    }
}
