/// The outcome that an answer, or a line of one, tells.
enum Outcome: Sendable {
    /// A place for the first time.
    case granted
    /// A replay of the first answer.
    case already
    /// A hold.
    case held
    /// A hold became a redemption.
    case confirmed
    /// A hold was given back.
    case released
    /// Something that was read.
    case read
    /// The domain has refused; the piece has the reason.
    case refused
    /// The server has not decided; the piece has its code.
    case failed
}
