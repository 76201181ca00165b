public import Domain

/// A claim and the number by which its sender will know the answer.
public struct ClaimSubmission: Sendable {
    /// The claim.
    public var command: ClaimCommand
    /// Comes back with the answer.
    public var token: UInt64
    /// Who asks.
    public var actor: Actor

    /// Pairs a command with a token, and with who asks.
    public init(command: ClaimCommand, token: UInt64, by actor: Actor = .host) {
        self.command = command
        self.token = token
        self.actor = actor
    }
}
