import ArgumentParser

@testable import usher

/// `docs/operating/commands.md` as the declarations of the commands have it.
enum CommandsPage {
    static let path = "docs/operating/commands.md"

    /// The groups of options that several commands have, each told of once.
    static let groups: [(title: String, type: any ParsableArguments.Type)] = [
        ("The server", ClientOptions.self), ("A repeat", CreationOptions.self), ("One thing", RecordOptions.self),
        ("A list", ListOptions.self), ("The length of a list", PageOptions.self), ("New codes", CodeTermsOptions.self),
        ("Codes as output", CodeOutputOptions.self), ("The figures of a campaign", StatsScope.self),
        ("A node", NodeOptions.self), ("A report", BenchOutputOptions.self),
    ]

    /// The text of the page.
    static func text() throws -> String {
        let commands = try DeclaredCommand.of(usher.Usher.self).all.dropFirst()
        let groups = try groups.map { ($0.title, try DeclaredCommand.of($0.type).options) }
        var page = """
            # Commands

            All commands of `usher` and all their options, as their declarations in `Sources/usher` have them: a test holds \
            this page to them, and writes it anew where it is asked to (`USHER_WRITE_PAGES=1`). `usher help <command>` says \
            the same, and every command takes `--help`. [The command](cli.md) is the page to learn from: examples, settings, \
            exit codes.

            | command | purpose | works on |
            |---|---|---|

            """
        for command in commands where command.subcommands?.isEmpty ?? true {
            page +=
                "| [`\(command.words)`](#\(anchor(command.words))) | \(cell(command.abstract)) | \(place(command)) |\n"
        }
        page += "\n## Options of several commands\n"
        for (title, options) in groups { page += "\n### \(title)\n\n" + table(options) }
        for command in commands { page += section(command, groups) }
        return page
    }

    private static func section(
        _ command: DeclaredCommand, _ groups: [(title: String, options: [DeclaredCommand.Argument])]
    ) -> String {
        let level = (command.superCommands?.count ?? 0) > 1 ? "###" : "##"
        var text = "\n\(level) `\(command.words)`\n\n\(prose(command.abstract))\n"
        if let discussion = command.discussion { text += "\n" + paragraphs(discussion) }
        guard command.subcommands?.isEmpty ?? true else { return text }
        var own = command.options
        var shared: [String] = []
        for group in groups where Set(group.options).isSubset(of: own) {
            own.removeAll { group.options.contains($0) }
            shared.append("[\(group.title.lowercased())](#\(anchor(group.title)))")
        }
        if !own.isEmpty { text += "\n" + table(own) }
        if !shared.isEmpty { text += "\n\(own.isEmpty ? "The" : "And the") options for \(list(shared)).\n" }
        return text
    }

    private static func list(_ items: [String]) -> String {
        items.count < 2 ? items.joined() : items.dropLast().joined(separator: ", ") + " and " + items[items.count - 1]
    }

    private static func place(_ command: DeclaredCommand) -> String {
        let names = Set(command.options.flatMap(\.spellings))
        let places = [("--url", "a server"), ("--data", "a data directory")].filter { names.contains($0.0) }.map(\.1)
        return places.isEmpty ? "–" : places.joined(separator: " or ")
    }

    private static func table(_ options: [DeclaredCommand.Argument]) -> String {
        var (rows, rest) = ("| option | meaning |\n|---|---|\n", options[...])
        while let option = rest.popFirst() {
            var names = spelling(option)
            // A flag and its opposite are one declaration.
            if let next = rest.first, option.kind == "flag", next.spellings == option.spellings.map(opposite) {
                names += ", " + spelling(next)
                rest.removeFirst()
            }
            rows += "| \(names) | \(cell(option.abstract))\(notes(option)) |\n"
        }
        return rows
    }

    private static func opposite(_ spelling: String) -> String { "--no-" + spelling.dropFirst(2) }

    private static func spelling(_ option: DeclaredCommand.Argument) -> String {
        let value = "<\(option.valueName ?? "")>"
        switch option.kind {
        case "positional": return "`\(value)\(option.isRepeating ? " …" : "")`"
        case "flag": return option.spellings.map { "`\($0)`" }.joined(separator: ", ")
        default: return option.spellings.map { "`\($0) \(value)`" }.joined(separator: ", ")
        }
    }

    private static func notes(_ option: DeclaredCommand.Argument) -> String {
        var notes = option.isOptional ? "" : " *Required.*"
        if let standard = option.defaultValue { notes += " Default: `\(standard)`." }
        return notes
    }

    /// Text of a terminal as Markdown: lines that are indented there stay as they are.
    private static func paragraphs(_ text: String) -> String {
        var (lines, isIndented) = ([String](), false)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("  ") != isIndented {
                lines += isIndented ? ["```"] : ["", "```text"]
                isIndented.toggle()
            }
            lines.append(isIndented ? String(line) : prose(String(line)))
        }
        return (lines + (isIndented ? ["```"] : [])).joined(separator: "\n") + "\n"
    }

    private static func cell(_ text: String?) -> String { prose(text).replacing("|", with: "\\|") }

    /// A sentence in which nothing is a tag.
    private static func prose(_ text: String?) -> String {
        let parts = (text ?? "").split(separator: "`", omittingEmptySubsequences: false).enumerated()
        return parts.map { $0.offset % 2 == 0 ? $0.element.replacing("<", with: "&lt;") : $0.element }
            .joined(separator: "`")
    }

    private static func anchor(_ heading: String) -> String { heading.lowercased().replacing(" ", with: "-") }
}
