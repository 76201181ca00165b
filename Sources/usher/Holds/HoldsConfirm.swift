import ArgumentParser

/// The command `usher holds confirm`.
struct HoldsConfirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm", abstract: "Turn holds into redemptions, which are then listed.")

    @OptionGroup var holds: HoldsOptions

    func run() async throws { try await holds.each("confirm", giving: "redemption", in: .confirmed) }
}
