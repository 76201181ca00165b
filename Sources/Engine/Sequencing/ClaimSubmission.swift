public import Domain

/// A claim and the number by which its sender will know the answer.
public struct ClaimSubmission: Sendable {
    /// The claim.
    public var command: ClaimCommand
    /// Comes back with the answer.
    public var token: UInt64

    /// Pairs a command with a token.
    public init(command: ClaimCommand, token: UInt64) {
        self.command = command
        self.token = token
    }
}
