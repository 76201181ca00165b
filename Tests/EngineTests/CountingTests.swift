import Domain
import Engine
import Synchronization
import TestSupport
import Testing

@Suite struct `An answer` {
    /// The claims and commands that were counted when a delivery arrived.
    private struct Counted: Equatable {
        var answers = 0
        var claims: UInt64 = 0
    }

    @Test func `is counted before anybody has it`() async throws {
        let node = try TemporaryEngine()
        let engine = node.engine
        let code = try await node.makeCode(maxUses: 1000)
        let before = engine.status.counts.claims.decided
        let seen = Mutex<[Counted]>([])
        let mailbox = engine.makeMailbox { replies in
            // On the sequencer's thread: nothing is reported behind it before this returns.
            let claims = engine.status.counts.claims.decided - before
            seen.withLock { $0.append(Counted(answers: ($0.last?.answers ?? 0) + replies.count, claims: claims)) }
        }
        for round in 0..<20 {
            let claims = (0...round).map { ClaimSubmission(command: .redeem(code, by: "r\(round)-\($0)"), token: 0) }
            #expect(engine.submit(claims, to: mailbox) == claims.count)
        }
        while seen.withLock({ ($0.last?.answers ?? 0) < 210 }) { try await Task.sleep(for: .milliseconds(2)) }
        for counted in seen.withLock({ $0 }) { #expect(counted.claims >= counted.answers) }
    }

    @Test func `to a command is counted before anybody has it`() async throws {
        let node = try TemporaryEngine()
        for number in 0..<50 {
            let before = node.engine.status.counts.commands
            _ = try await node.makeCode(maxUses: Int64(1 + number))
            #expect(node.engine.status.counts.commands > before)
        }
    }
}
