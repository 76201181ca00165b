import Journal
import Testing

@testable import API

/// An earlier version stored answers of claims without their position.
@Suite struct `A stored answer has a position where its operation says so` {
    private func replayed(_ body: String) -> String {
        let stored = StoredAnswer(status: 200, body: Array(body.utf8))
        return String(decoding: stored.positioned(at: LogPosition(epoch: 7, sequence: 42)).body, as: UTF8.self)
    }

    @Test func `claims and confirmations carry one, and nothing else does`() {
        let names = Operations.all.filter { $0.takesIdempotencyKey && $0.carriesPosition }.map(\.name)
        #expect(Set(names) == ["redeem", "hold", "confirmHold"])
    }

    @Test func `one is added where there is none, and the one of the first answer stays byte for byte`() {
        #expect(
            replayed(#"{"ok":true,"already":false,"referral":null}"#)
                == #"{"ok":true,"already":false,"referral":null,"position":"7-42"}"#)
        #expect(replayed(#"{"ok":true,"hold":{"id":1}}"#) == #"{"ok":true,"hold":{"id":1},"position":"7-42"}"#)
        let kept = [
            #"{"ok":true,"already":true,"referral":null,"position":"3-9"}"#,
            #"{"ok":true,"hold":{"id":1},"position":"18446744073709551615-18446744073709551615"}"#,
        ]
        for body in kept { #expect(replayed(body) == body) }
    }

    @Test func `a text that only looks like one is none`() {
        for text in [#"{"ok":true,"note":",\"position\":\"1-2"}"#, #"{"ok":true,"note":"1-2"}"#] {
            #expect(replayed(text) == text.dropLast() + #","position":"7-42"}"#)
        }
    }
}
