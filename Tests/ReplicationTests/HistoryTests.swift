import Domain
import Engine
import Foundation
import Journal
import Replication
import Store
import TestSupport
import Testing

@Suite("A history")
struct HistoryTests {
    /// A node with some claims, a snapshot of it, and a lost future after that.
    private struct Story {
        let node: TemporaryEngine
        let code: CodeText
        let file: String
        let point: JournalPoint
        let lost: LogPosition
        let directory: TemporaryDirectory

        init() async throws {
            node = try TemporaryEngine()
            directory = try TemporaryDirectory("story")
            code = try await node.makeCode(maxUses: 1000)
            for number in 0..<20 { _ = try await node.engine.claim(.redeem(code, by: "early\(number)")) }
            file = directory.path + "/snapshot"
            var bytes: [UInt8] = []
            point = try node.engine.writeSnapshot { bytes.append(contentsOf: $0) }
            try Data(bytes).write(to: URL(filePath: file))
            for number in 0..<150 { _ = try await node.engine.claim(.redeem(code, by: "lost\(number)")) }
            lost = node.engine.position
        }

        func restore(_ name: String, seams: EngineSeams = EngineSeams()) throws -> TemporaryDirectory {
            let own = try TemporaryDirectory(name)
            let restored = try SnapshotLoader.restore(
                file: file, into: own.path + "/data", mapBytes: 1 << 28, seams: seams)
            #expect(restored == point)
            return own
        }

        /// The ids of all redemptions of a node.
        static func ids(_ engine: Engine) async throws -> Set<UInt64> {
            let ids = engine.publicIDs
            return try await engine.read { snapshot, _ in
                var found: Set<UInt64> = []
                Redemptions.forEach(tenant: .default, in: snapshot) { redemption in
                    found.insert(ids.id(redemption.number))
                    return true
                }
                return found
            }.value
        }
    }

    @Test("restored from a snapshot begins a later epoch, and gives out no id again that was given out after it")
    func restored() async throws {
        let story = try await Story()
        let before = try await Story.ids(story.node.engine)
        var known: [Set<UInt64>] = [before]
        var epochs: Set<UInt64> = [story.lost.epoch]
        for name in ["first", "second"] {
            let node = try TemporaryEngine(in: try story.restore(name))
            #expect(node.engine.position.epoch > story.lost.epoch && node.engine.position > story.lost)
            #expect(epochs.insert(node.engine.position.epoch).inserted, "two restores differ in their epochs")
            for number in 0..<150 {
                let outcome = try await node.engine.claim(.redeem(story.code, by: "new\(number)"))
                #expect(outcome.value.isNew)
            }
            let ids = try await Story.ids(node.engine)
            #expect(ids.count == 170)
            for others in known {
                #expect(ids.intersection(others).count == 20, "only what the snapshot has is in both")
            }
            known.append(ids)
            #expect(try await node.violations().isEmpty)
            // Also after a restart: the epoch has begun, and does not begin again.
            let position = node.engine.position
            node.engine.close()
            let again = try TemporaryEngine(in: node.directory)
            #expect(again.engine.position == position)
        }
    }

    @Test("does not reach positions of a lost future, and reaches those of its past")
    func positions() async throws {
        let story = try await Story()
        let node = try TemporaryEngine(in: try story.restore("restored"))
        for number in 0..<300 { _ = try await node.engine.claim(.redeem(story.code, by: "new\(number)")) }
        #expect(node.engine.place(of: story.point.position) == .past)
        #expect(node.engine.place(of: story.lost) == .elsewhere)
        try await node.engine.wait(for: story.point.position, timeoutMilliseconds: 0)
        let start = ContinuousClock.now
        let error = await #expect(throws: EngineError.self) {
            try await node.engine.wait(for: story.lost, timeoutMilliseconds: 60_000)
        }
        #expect(error?.code == .positionNotReached && ContinuousClock.now - start < .seconds(30))
        let unknown = LogPosition(epoch: story.lost.epoch + 5, sequence: 3)
        #expect(node.engine.place(of: unknown) == .elsewhere)
        #expect(node.engine.place(of: LogPosition(epoch: .max, sequence: 3)) == .future)
    }

    @Test(
        "is followed by replicas of its past, also over two restores; one of the lost future is told that it diverged")
    func replicas() async throws {
        let story = try await Story()
        let (past, future) = (try TemporaryDirectory("past"), try TemporaryDirectory("future"))
        let line = LoopbackUpstream(story.node.engine)
        let lost = try await TestReplica.start(in: future, from: line)
        try await lost.reach(story.lost)
        await lost.stop()
        let restored = try TemporaryEngine(in: try story.restore("restored"))
        let newLine = LoopbackUpstream(restored.engine)
        let follower = try await TestReplica.start(in: past, from: newLine)
        for number in 0..<300 { _ = try await restored.engine.claim(.redeem(story.code, by: "new\(number)")) }
        try await follower.reach(restored.engine.position)
        #expect(follower.engine.place(of: story.lost) == .elsewhere)
        await follower.stop()
        // The new history has long passed the position of the lost one.
        for _ in 0..<2 {
            let again = try await TestReplica.start(in: future, from: newLine)
            guard case .diverged? = await again.end() else {
                Issue.record("a replica of the lost future must not follow")
                return
            }
            #expect(again.engine.position == story.lost)
            await again.stop()
        }
    }

    @Test("keeps the epochs of promotions: what a promotion has cut off is elsewhere, and no data is replaced for it")
    func promotions() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 100)
        let (first, second) = (try TemporaryDirectory("first"), try TemporaryDirectory("second"))
        let line = LoopbackUpstream(node.engine)
        let promoted = try await TestReplica.start(in: first, from: line)
        try await promoted.reach(node.engine.position)
        let shared = node.engine.position
        await promoted.stop()
        for number in 0..<10 { _ = try await node.engine.claim(.redeem(code, by: "cut\(number)")) }
        let ahead = try await TestReplica.start(in: second, from: line)
        try await ahead.reach(node.engine.position)
        let cut = node.engine.position
        await ahead.stop()
        var configuration = EngineConfiguration(directory: first.path + "/data")
        configuration.role = .replica
        configuration.mapBytes = 1 << 30
        let engine = try Engine.open(configuration).engine
        try await engine.promote()
        #expect(engine.place(of: shared) == .past && engine.place(of: cut) == .elsewhere)
        let again = try await TestReplica.start(in: second, from: LoopbackUpstream(engine))
        guard case .diverged? = await again.end() else {
            Issue.record("it has what the new primary lacks")
            return
        }
        await again.stop()
        engine.close()
    }

    @Test(
        "gives out no id again that the primary before a promotion, or the one that took over by mistake, has given out"
    )
    func promotedNumbers() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 10_000)
        for number in 0..<20 { _ = try await node.engine.claim(.redeem(code, by: "shared\(number)")) }
        let shared = try await Story.ids(node.engine)
        let own = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        try await replica.reach(node.engine.position)
        let epoch = try await replica.engine.promote().epoch
        for number in 0..<150 {
            _ = try await node.engine.claim(.redeem(code, by: "lost\(number)"))
            _ = try await replica.engine.claim(.redeem(code, by: "mistake\(number)"))
        }
        _ = try await node.engine.learn(epoch: epoch, primary: nil)
        try await node.engine.promote()
        for number in 0..<150 { _ = try await node.engine.claim(.redeem(code, by: "back\(number)")) }
        let (old, other) = (try await Story.ids(node.engine), try await Story.ids(replica.engine))
        #expect(old.count == 320 && other.count == 170)
        #expect(old.intersection(other) == shared, "only what both knew is in both")
        #expect(try await node.violations().isEmpty)
        await replica.stop()
        withExtendedLifetime(own) {}
    }

    @Test("numbers an epoch above all that others can have begun with, whatever its clock and its state say")
    func epochNumbers() {
        let now: Int64 = 1_790_000_000_000
        let ahead: UInt64 = 1 << 51
        for seed: UInt64 in 0..<200 {
            var random = SeededGenerator(seed: seed)
            let other = EpochNumber.numbersFrom(
                known: 9, isBesideAnother: false, wallMilliseconds: now, random: &random)
            let back = EpochNumber.numbersFrom(
                known: 5, isBesideAnother: true, wallMilliseconds: now + 1, random: &random)
            #expect(back >= other, "a promotion back, a moment later")
            let twice = EpochNumber.numbersFrom(
                known: ahead, isBesideAnother: false, wallMilliseconds: now, random: &random)
            #expect(twice >= ahead + 1_000_000, "the state is ahead of the clock: above what its lost future has used")
        }
    }

    @Test("is named on every node alike, and epochs of the old format are still judged")
    func names() async throws {
        let story = try await Story()
        let node = try TemporaryEngine(in: try story.restore("restored"))
        #expect(node.engine.historyName == story.node.engine.historyName)
        #expect(try TemporaryEngine().engine.historyName != node.engine.historyName)
        var epochs = Epochs()
        epochs.add(Epochs.Entry(epoch: 3, sequenceBefore: nil))
        epochs.add(Epochs.Entry(epoch: 1 << 40, sequenceBefore: 50))
        let end = LogPosition(epoch: 1 << 40, sequence: 80)
        let cases: [(UInt64, UInt64, HistoryPlace)] = [
            (1, 10, .past), (2, 500, .past), (3, 50, .past), (3, 51, .elsewhere), (4, 10, .elsewhere),
            (1 << 40, 80, .past), (1 << 40, 81, .future), (1 << 41, 1, .future), (9, 0, .past),
        ]
        for (epoch, sequence, place) in cases {
            #expect(
                epochs.place(of: LogPosition(epoch: epoch, sequence: sequence), end: end) == place,
                "\(epoch)-\(sequence)")
        }
    }

    @Test("numbers its epochs by time and chance: later ones are higher, also with a clock that is behind")
    func numbers() {
        var random = SeededGenerator(seed: 1)
        let day: Int64 = 86_400_000
        let now: Int64 = 1_790_000_000_000
        var last: UInt64 = 1
        for step in 0..<100 {
            let next = EpochNumber.next(after: last, wallMilliseconds: now + Int64(step % 3) * day, random: &random)
            #expect(
                next ?? 0 > last && next ?? .max <= EpochNumber.highest(known: last, wallMilliseconds: now + 2 * day))
            last = next ?? last
        }
        #expect(EpochNumber.next(after: .max, wallMilliseconds: now, random: &random) == nil)
        let early = EpochNumber.numbersFrom(known: 5, isBesideAnother: false, wallMilliseconds: now, random: &random)
        let late = EpochNumber.numbersFrom(
            known: 5, isBesideAnother: false, wallMilliseconds: now + 300_000, random: &random)
        #expect(late > early && late < PublicIDs.idMax)
        #expect(
            EpochNumber.numbersFrom(known: 1 << 50, isBesideAnother: false, wallMilliseconds: 0, random: &random) >= 1
                << 50)
    }
}
