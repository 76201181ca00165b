import ArgumentParser

/// The command `usher version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Show the versions of this program, its libraries and its data format.")

    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let versions = Versions()
        if json { return try Terminal.print(json: versions) }
        for line in versions.lines { Terminal.print(line) }
    }
}
