/// Receives a sender's answers: one delivery per batch.
public final class Mailbox: Sendable {
    let deliver: @Sendable ([ClaimReply]) -> Void

    init(deliver: @escaping @Sendable ([ClaimReply]) -> Void) {
        self.deliver = deliver
    }
}
