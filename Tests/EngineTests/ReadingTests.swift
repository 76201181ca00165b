import Domain
import Foundation
import Journal
import Store
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// A gate that reading threads block at.
private final class Blocker: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func block() { semaphore.wait() }
    func release(_ count: Int) { for _ in 0..<count { semaphore.signal() } }
}

/// Counts on any thread.
private final class Counter: Sendable {
    private let number = Atomic<Int>(0)

    var value: Int { number.load(ordering: .relaxed) }
    func count() { number.add(1, ordering: .relaxed) }
}

@Suite struct `Reading threads` {
    @Test func `no short read waits behind long ones, or behind one that is slow`() async throws {
        let node = try TemporaryEngine()
        let engine = node.engine
        let (exports, slow) = (Blocker(), Blocker())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<5 { group.addTask { _ = try await engine.read(length: .long) { _, _ in exports.block() } } }
            group.addTask { _ = try await engine.read { _, _ in slow.block() } }
            for _ in 0..<20 { _ = try await engine.read { _, _ in } }
            slow.release(1)
            exports.release(5)
            try await group.waitForAll()
        }
    }

    @Test func `long reads take turns with each other and all end`() async throws {
        let node = try TemporaryEngine()
        let engine = node.engine
        let ended = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    _ = try await engine.read(length: number % 2 == 0 ? .long : .short) { _, _ in ended.count() }
                }
            }
            try await group.waitForAll()
        }
        #expect(ended.value == 40)
        engine.close()
        await #expect(throws: EngineError.self) { try await engine.read { _, _ in } }
    }

    @Test func `W19: a read that waits for the tables is told to come again when they do not get there`() async throws {
        let node = try TemporaryEngine()
        let far = LogPosition(epoch: node.engine.position.epoch, sequence: 1 << 40)
        let error = await #expect(throws: EngineError.self) {
            try await node.engine.waitUntilApplied(far, timeoutMilliseconds: 30)
        }
        #expect(error?.code == .overloaded)
        #expect(Engine.readWaitMilliseconds == 10_000)
    }

    @Test func `W19: a slow commit is waited for, however soon followers must have a frame, and never called theirs`()
        async throws
    {
        let node = try TemporaryEngine { $0.syncReplicasTimeoutMilliseconds = 20 }
        let engine = node.engine
        // A follower that has whatever comes.
        engine.quorum.enter("there", at: LogPosition(epoch: .max, sequence: .max))
        engine.quorum.require(1)
        let far = LogPosition(epoch: engine.position.epoch, sequence: 1 << 40)
        let error = await #expect(throws: EngineError.self) {
            try await engine.waitUntilApplied(far, timeoutMilliseconds: 60)
        }
        #expect(error?.code == .overloaded)

        let next = LogPosition(epoch: engine.position.epoch, sequence: engine.position.sequence + 1)
        async let list: Void = engine.waitUntilApplied(next)
        async let snapshot = withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: Result { try engine.waitUntilAppliedBlocking(next) })
            }
        }
        try await Task.sleep(for: .milliseconds(100))
        _ = try await node.makeCode(maxUses: 1)
        try await list
        #expect(try await snapshot.get(), "a snapshot has what was acknowledged before it")
    }
}
