internal import Invitations
internal import Journal

/// The answers of a batch by mailbox, so that each is woken once.
struct Replies {
    private var boxes: [(mailbox: Mailbox, replies: [ClaimReply])] = []
    private var last = 0

    /// Adds an answer for a mailbox.
    mutating func add(
        _ token: UInt64, _ result: Result<ClaimOutcome, EngineError>, at position: LogPosition, now: Timestamp,
        to mailbox: Mailbox
    ) {
        let reply = ClaimReply(token: token, result: result, position: position, time: now)
        boxes[index(of: mailbox)].replies.append(reply)
    }

    /// Replaces every answer by an error.
    mutating func failAll(_ error: EngineError) {
        for box in boxes.indices {
            for reply in boxes[box].replies.indices { boxes[box].replies[reply].result = .failure(error) }
        }
    }

    /// Forgets the answers.
    mutating func removeAll() {
        boxes.removeAll(keepingCapacity: true)
        last = 0
    }

    /// Hands every mailbox its answers.
    mutating func deliver() {
        for box in boxes where !box.replies.isEmpty { box.mailbox.deliver(box.replies) }
        removeAll()
    }

    private mutating func index(of mailbox: Mailbox) -> Int {
        if last < boxes.count, boxes[last].mailbox === mailbox { return last }
        if let known = boxes.firstIndex(where: { $0.mailbox === mailbox }) {
            last = known
            return known
        }
        boxes.append((mailbox, []))
        last = boxes.count - 1
        return last
    }
}
