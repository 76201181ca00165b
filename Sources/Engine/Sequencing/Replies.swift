internal import Domain
internal import Journal

/// The answers of a batch by mailbox, so that each is woken once.
struct Replies {
    private var boxes: [(mailbox: Mailbox, replies: [ClaimReply])] = []
    private var last = 0

    /// Continues with the answers of a mailbox, of which `count` come now.
    mutating func begin(_ mailbox: Mailbox, count: Int) {
        select(mailbox)
        if boxes[last].replies.isEmpty { boxes[last].replies.reserveCapacity(count) }
    }

    /// Adds an answer for the mailbox that was begun.
    @inline(__always)
    mutating func add(
        _ token: UInt64, _ result: consuming Result<ClaimOutcome, EngineError>, at position: LogPosition,
        now: Timestamp
    ) {
        boxes[last].replies.append(ClaimReply(token: token, result: result, position: position, time: now))
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

    private mutating func select(_ mailbox: Mailbox) {
        if last < boxes.count, boxes[last].mailbox === mailbox { return }
        if let known = boxes.firstIndex(where: { $0.mailbox === mailbox }) {
            last = known
            return
        }
        boxes.append((mailbox, []))
        last = boxes.count - 1
    }
}
