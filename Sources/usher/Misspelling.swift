import ArgumentParser
import Domain

/// A word in the place of a command that is none.
enum Misspelling {
    /// The complaint about the first word that is no command, with the one that was probably meant.
    ///
    /// - Parameters:
    ///   - arguments: The arguments of the process.
    ///   - command: The command whose subcommands the first word names.
    /// - Returns: nil when all words that stand for commands are known.
    static func find(in arguments: some Sequence<String>, of command: any ParsableCommand.Type) -> String? {
        var (command, path) = (command, [command.configuration.commandName ?? ""])
        for word in arguments {
            let commands = command.configuration.subcommands
            // Options of the command itself, its arguments, and the end of the way.
            guard !commands.isEmpty, !word.hasPrefix("-") else { return nil }
            if path.count == 1, word == "help" { continue }
            guard let next = commands.first(where: { $0.configuration.commandName == word }) else {
                let names = commands.compactMap { $0.configuration.commandName }
                let hint = UnknownName.message(for: word, among: names).dropFirst("Unknown.".count)
                let place = path.joined(separator: " ")
                return "\(word) is no command of `\(place)`.\(hint) `\(place) --help` lists them."
            }
            command = next
            path.append(word)
        }
        return nil
    }
}
