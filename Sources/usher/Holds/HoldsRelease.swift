import ArgumentParser

/// The command `usher holds release`.
struct HoldsRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Give the places of holds back.")

    @OptionGroup var holds: HoldsOptions

    func run() async throws { try await holds.each("release", giving: "hold", in: .holds) }
}
