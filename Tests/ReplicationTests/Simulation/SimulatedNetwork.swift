import Replication

/// The lines between the nodes of a simulation: slow as chance has it, and cut at times.
///
/// `@unchecked Sendable`: as ``SimulatedWorld``.
final class SimulatedNetwork: @unchecked Sendable {
    private let world: SimulatedWorld
    /// The lines that carry nothing.
    private var cuts: Set<Set<String>> = []
    /// The longest time of a message.
    var delayMillisecondsMax = 5

    init(_ world: SimulatedWorld) {
        self.world = world
    }

    /// Cuts the line between two nodes: what is under way does not arrive.
    func cut(_ one: String, _ other: String) { cuts.insert([one, other]) }

    /// Mends the line between two nodes.
    func mend(_ one: String, _ other: String) { cuts.remove([one, other]) }

    /// Mends all lines.
    func mendAll() { cuts = [] }

    /// Carries a message.
    ///
    /// - Throws: `unreachable` when the line is cut before it arrives.
    func carry(_ sender: String, _ receiver: String) async throws {
        let isCut = cuts.contains([sender, receiver])
        try await world.sleep(nanoseconds: UInt64(world.below(delayMillisecondsMax * 1_000_000)))
        guard !isCut, !cuts.contains([sender, receiver]) else { throw UpstreamError.unreachable("the line is cut") }
    }
}
