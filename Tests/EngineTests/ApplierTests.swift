import Domain
import Foundation
import Journal
import Store
import Synchronization
import TestSupport
import Testing

@testable import Engine

/// A clock that stands still, counts how often it is looked at, and does something then.
private final class WatchedClock: EngineClock {
    private let looks = Atomic<Int>(0)
    private let action = Mutex<@Sendable (Int) -> Void>({ _ in })

    var count: Int { looks.load(ordering: .relaxed) }

    func onLook(_ body: @escaping @Sendable (Int) -> Void) { action.withLock { $0 = body } }

    func wallMilliseconds() -> Int64 { 1_800_000_000_000 }

    func monotonicNanoseconds() -> UInt64 {
        let count = looks.add(1, ordering: .relaxed).newValue
        action.withLock { $0 }(count)
        return 1_000_000_000
    }
}

/// The machine's clock, but for the applier, whose time stands still: it could rest for ever.
///
/// At its tenth look the applier stops until somebody waits for it.
private final class LeisurelyClock: EngineClock {
    private let looks = Atomic<Int>(0)
    private let engine = Mutex<Engine?>(nil)

    var count: Int { looks.load(ordering: .relaxed) }

    /// Begins to count.
    func watch(_ watched: Engine) {
        engine.withLock { $0 = watched }
        looks.store(0, ordering: .relaxed)
    }

    func wallMilliseconds() -> Int64 { SystemClock().wallMilliseconds() }

    func monotonicNanoseconds() -> UInt64 {
        guard isApplier else { return SystemClock().monotonicNanoseconds() }
        if looks.add(1, ordering: .relaxed).newValue == 10, let engine = engine.withLock({ $0 }) {
            for _ in 0..<10_000 where !engine.shared.applied.isAwaited { usleep(1000) }
            // Time for the sequencer to notice.
            usleep(100_000)
        }
        return 1_000_000_000
    }

    private var isApplier: Bool {
        (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) == "usher-applier\n"
    }
}

/// The machine's clock, but the applier stops at its first look until it may continue.
private final class GateClock: EngineClock {
    private let isOpen = Atomic<Bool>(false)

    func open() { isOpen.store(true, ordering: .releasing) }

    func wallMilliseconds() -> Int64 { SystemClock().wallMilliseconds() }

    func monotonicNanoseconds() -> UInt64 {
        if (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) == "usher-applier\n" {
            for _ in 0..<10_000 where !isOpen.load(ordering: .acquiring) { usleep(1000) }
        }
        return SystemClock().monotonicNanoseconds()
    }
}

@Suite struct `An applier` {
    private static let records: UInt64 = 6_400
    private static let table = TableID(rawValue: 1)

    /// A store beside which an applier works, and a job of 6,400 records.
    private func prepare(
        _ clock: WatchedClock, allowedNanoseconds: UInt64
    ) throws -> (state: TemporaryState, applier: Applier, job: Applier.Job) {
        let state = try TemporaryState(tables: [TableDefinition(Self.table, "numbers")])
        for number in 1...Self.records {
            var key = Key()
            key.append(compact: number)
            state.transaction.insert(Self.table, key) { $0.append(number) }
        }
        var buffer = FrameBuffer()
        state.transaction.encodeFrame(into: &buffer)
        let point = JournalPoint(
            position: LogPosition(epoch: 1, sequence: 1), chain: .zero, digest: state.transaction.digest,
            time: Timestamp(milliseconds: 0))
        state.transaction.finishFrame()
        let applier = Applier(store: state.store, clock: clock, finished: { _ in }, failed: { _ in })
        let job = Applier.Job(
            layer: state.transaction.sealLayer(reusing: nil), target: point, allowedNanoseconds: allowedNanoseconds)
        return (state, applier, job)
    }

    private func count(in state: TemporaryState) throws -> Int {
        let snapshot = try state.store.snapshot()
        return (1...Self.records).count { number in
            var key = Key()
            key.append(compact: number)
            return snapshot.read(Self.table, key) { _ in true } ?? false
        }
    }

    @Test func `that has time rests again and again, and ends with everything written`() throws {
        let clock = WatchedClock()
        let (state, applier, job) = try prepare(clock, allowedNanoseconds: 3_600_000_000_000)
        applier.submit(job)
        while applier.isBusy { pauseBriefly() }
        #expect(clock.count > 100, "it looked at the clock between pieces of its work")
        #expect(applier.takeFinished().count == 1)
        #expect(try count(in: state) == Int(Self.records))
        applier.stop()
    }

    @Test func `rests no more once somebody waits`() throws {
        let clock = WatchedClock()
        let (state, applier, job) = try prepare(clock, allowedNanoseconds: 3_600_000_000_000)
        clock.onLook { if $0 == 10 { applier.hurry() } }
        applier.submit(job)
        while applier.isBusy { pauseBriefly() }
        #expect(clock.count == 10)
        #expect(try count(in: state) == Int(Self.records))
        clock.onLook { _ in }
        applier.stop()
    }

    @Test func `that has no time does not look at the clock`() throws {
        let clock = WatchedClock()
        let (state, applier, job) = try prepare(clock, allowedNanoseconds: 0)
        applier.submit(job)
        applier.waitUntilIdle()
        #expect(clock.count == 0)
        #expect(try count(in: state) == Int(Self.records))
        applier.stop()
    }

    @Test func `rests no more once somebody reads, also when nothing is written any more`() async throws {
        let clock = LeisurelyClock()
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock)) {
            $0.commitIntervalMilliseconds = 50
            $0.layerEntries = 10_000_000
            $0.layerBytes = 1 << 30
        }
        // Earlier writes must not count.
        _ = try await node.engine.read { _, _ in }
        clock.watch(node.engine)
        _ = try await node.engine.decide { context throws(Rejection) in
            _ = try Codes.generate(
                GenerateCodes(tenant: .default, count: 30_000, terms: CodeTerms(campaign: nil, maxUses: 1)),
                in: &context)
        }
        while clock.count < 10 { try await Task.sleep(for: .milliseconds(1)) }
        let codes = try await node.engine.read { snapshot, _ in snapshot.count(Tables.codes) }
        #expect(codes.value == 30_000)
        #expect(clock.count < 1000, "of about 2,800 looks")
    }

    /// A node whose map is too small for its first big layer, with that layer at the applier and a command behind it.
    private func failingNode(_ clock: GateClock) async throws -> TemporaryEngine {
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock)) {
            $0.mapBytes = 1 << 20
            $0.commitIntervalMilliseconds = 20
        }
        let big = try await node.engine.decide { context throws(Rejection) in
            _ = try Codes.generate(
                GenerateCodes(tenant: .default, count: 30_000, terms: CodeTerms(campaign: nil, maxUses: 1)),
                in: &context)
        }
        while node.engine.shared.sealed.withLock({ $0 }) < big.position { try await Task.sleep(for: .milliseconds(1)) }
        _ = try await node.makeCode(maxUses: 1)
        return node
    }

    @Test func `that has failed keeps no engine from being closed, with more in the overlay`() async throws {
        let clock = GateClock()
        let node = try await failingNode(clock)
        clock.open()
        for _ in 0..<1000 where node.engine.failure == nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(node.engine.failure?.code == .storageFailed)
        let isClosed = Mutex(false)
        let engine = node.engine
        Thread.detachNewThread {
            engine.close()
            isClosed.withLock { $0 = true }
        }
        for _ in 0..<1000 where !isClosed.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(10)) }
        #expect(isClosed.withLock { $0 })
    }

    @Test func `that fails while a promotion waits for it ends the promotion`() async throws {
        let clock = GateClock()
        let node = try await failingNode(clock)
        try await node.engine.learn(epoch: 7, primary: nil)
        let promotion = Task { try await node.engine.promote() }
        try await Task.sleep(for: .milliseconds(20))
        // Work that does not need LMDB continues meanwhile.
        _ = try await node.engine.view { _, now in now }
        clock.open()
        let error = await #expect(throws: EngineError.self) { try await promotion.value }
        #expect(error?.code == .storageFailed)
    }

    private func pauseBriefly() { usleep(1000) }
}
