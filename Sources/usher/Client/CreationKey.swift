import Foundation

/// The `Idempotency-Key` of a request that makes or changes something: a repeat under it does nothing more.
struct CreationKey: Sendable {
    /// The field's value.
    let text: String
    /// True if the caller has chosen it, and not this program.
    let isGiven: Bool
    /// True if the command takes one from its caller.
    let canBeGiven: Bool

    /// Takes the key that was given, or makes a random one.
    init(given: String?) {
        text = given ?? CreationKey.random
        isGiven = given != nil
        canBeGiven = true
    }

    /// Makes a random key for the repeats of this run alone.
    init() {
        text = CreationKey.random
        isGiven = false
        canBeGiven = false
    }

    private static var random: String { "usher-cli-\(UUID().uuidString.lowercased())" }
}
