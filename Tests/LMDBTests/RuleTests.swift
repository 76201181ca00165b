import Foundation
import LMDB
import Testing

@Suite("A broken rule stops the process:")
struct RuleTests {
    @Test("a table of another environment")
    func foreignTable() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let first = try TemporaryEnvironment()
            let second = try TemporaryEnvironment()
            _ = try first.environment.beginRead().text(second.table, "key")
            exit(0)
        }
        expectRule("a table is used only with the environment", result)
    }

    @Test("two write transactions on one thread")
    func twoWriters() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let temporary = try TemporaryEnvironment()
            var first = try temporary.environment.beginWrite()
            try first.put(temporary.table, "key", "value")
            let second = try temporary.environment.beginWrite()
            second.abort()
            try first.commit()
            exit(0)
        }
        expectRule("at most one write transaction", result)
    }

    @Test("a write transaction that ends on another thread")
    func otherThread() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            final class Box: @unchecked Sendable {
                // The test breaks the rule on purpose: the box takes the transaction to another thread.
                var transaction: WriteTransaction?
            }
            let temporary = try TemporaryEnvironment()
            let box = Box()
            box.transaction = try temporary.environment.beginWrite()
            let done = DispatchSemaphore(value: 0)
            let thread = Thread {
                box.transaction = nil
                done.signal()
            }
            thread.start()
            done.wait()
            exit(0)
        }
        expectRule("begins and ends on one OS thread", result)
    }

    @Test("writing through the cursor of a reader")
    func readerWrites() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let temporary = try TemporaryEnvironment()
            _ = try temporary.environment.beginRead().withCursor(temporary.table) { cursor throws(LMDBError) in
                try cursor.put("key", "value")
            }
            exit(0)
        }
        expectRule("only a cursor of a write transaction writes", result)
    }

    @Test("reading the entry of a cursor that stands on none")
    func noEntry() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let temporary = try TemporaryEnvironment()
            try temporary.environment.beginRead().withCursor(temporary.table) { cursor throws(LMDBError) in
                cursor.withEntry { _, _ in }
            }
            exit(0)
        }
        expectRule("while it stands on an entry", result)
    }

    @Test("swapping two cursors out of their closures")
    func swapped() async {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let temporary = try TemporaryEnvironment()
            let outer = try temporary.environment.beginRead()
            try outer.withCursor(temporary.table) { kept throws(LMDBError) in
                let inner = try temporary.environment.beginRead()
                try inner.withCursor(temporary.table) { cursor throws(LMDBError) in swap(&kept, &cursor) }
            }
            exit(0)
        }
        expectRule("stays in the closure that it was lent to", result)
    }
}

/// Checks that the process ended for the rule that was broken.
///
/// Release builds print no rule.
private func expectRule(
    _ rule: String, _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
    #if DEBUG
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains(rule), sourceLocation: sourceLocation)
    #endif
}
