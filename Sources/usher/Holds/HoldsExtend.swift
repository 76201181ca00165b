import ArgumentParser
import JSONText

/// The command `usher holds extend`.
struct HoldsExtend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "extend", abstract: "Give live holds more time.",
        discussion: """
            The time is counted from now. A hold is never cut short by this, and ends at most seven days after it was \
            made.
            """)

    @OptionGroup var holds: HoldsOptions
    @Option(help: "The seconds from now after which the places are free again.") var ttlSeconds: Int

    func run() async throws {
        var fields = JSONObject()
        fields["ttl_seconds"] = .integer(Int64(ttlSeconds))
        try await holds.each("extend", fields, giving: "hold", in: .holds)
    }
}
