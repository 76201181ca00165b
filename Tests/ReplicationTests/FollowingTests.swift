import Domain
import Engine
import Foundation
import Journal
import Replication
import Store
import TestSupport
import Testing

@Suite("A replica")
struct FollowingTests {
    /// Expects equal tables on both at their last position: equal digests mean equal tables.
    private func expectEqual(_ primary: Engine, _ replica: Engine) async throws {
        #expect(primary.syncedPoint == replica.syncedPoint)
        let left = try await primary.read { snapshot, _ in try snapshot.point() }.value
        let right = try await replica.read { snapshot, _ in
            let point = try snapshot.point()
            return snapshot.computeDigest() == point.digest ? point : nil
        }.value
        #expect(left == right)
    }

    @Test("begins with a snapshot, follows, and shows what the primary shows")
    func follows() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1000)
        for number in 0..<50 { _ = try await node.engine.claim(.redeem(code, by: "a\(number)")) }
        let directory = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: directory, from: LoopbackUpstream(node.engine))
        for number in 0..<200 { _ = try await node.engine.claim(.redeem(code, by: "b\(number)")) }
        try await replica.reach(node.engine.position)
        try await expectEqual(node.engine, replica.engine)
        let seen = try await replica.engine.view { state, now in
            Claims.validate(code, tenant: .default, state: state, now: now)
        }
        guard case .valid(_, let remaining) = seen.value else { throw NoSuchThing() }
        #expect(remaining == 750 && seen.position == node.engine.position)
        await replica.stop()
    }

    @Test("has the events of its primary from its snapshot on, and continues them when it is promoted")
    func events() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1000)
        let directory = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: directory, from: LoopbackUpstream(node.engine))
        let begin = node.engine.position
        let actor = Actor.key(EntityNumber(rawValue: 40))
        for number in 0..<30 {
            _ = try await node.engine.claim(.redeem(code, by: "b\(number)", kind: .hold(ttlSeconds: 600)), by: actor)
            _ = try await node.engine.claim(.redeem(code, by: "b\(number)"), by: actor)
        }
        try await replica.reach(node.engine.position)
        let told = try node.engine.events(limit: .max).filter { $0.id.position > begin }
        #expect(told.count == 90 && told.allSatisfy { $0.actor == actor })
        #expect(try replica.engine.events(limit: .max) == told)
        let last = try #require(told.last?.id)
        let position = try await replica.engine.promote()
        _ = try await replica.engine.claim(.redeem(code, by: "later"), by: .host)
        let later = try replica.engine.events(after: last, limit: .max)
        #expect(later.map(\.kind) == [.codeRedeemed] && later.map(\.actor) == [.host])
        #expect(later.allSatisfy { $0.id > last && $0.id.position.epoch == position.epoch })
        await replica.stop()
    }

    @Test("decides nothing")
    func refusesWrites() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 10)
        let directory = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: directory, from: LoopbackUpstream(node.engine))
        while replica.follower.status.state != .following { try await Task.sleep(for: .milliseconds(5)) }
        let error = await #expect(throws: EngineError.self) {
            try await replica.engine.claim(.redeem(code, by: "somebody"))
        }
        #expect(error?.code == .notPrimary && error?.primary == "loopback://primary")
        #expect(replica.engine.syncedPoint == node.engine.syncedPoint)
        await replica.stop()
    }

    @Test("reaches the primary's state over a line that breaks, lags and flips bits", arguments: [1, 2, 3] as [UInt64])
    func badLine(seed: UInt64) async throws {
        let node = try TemporaryEngine { $0.durability = .none }
        let code = try await node.makeCode(maxUses: 100_000)
        let upstream = LoopbackUpstream(
            node.engine, seed: seed, faults: LoopbackUpstream.Faults(cut: 15, flip: 10, delayMilliseconds: 3))
        let directory = try TemporaryDirectory("replica")
        let replica = try await TestReplica.start(in: directory, from: upstream)
        for number in 0..<400 {
            let quantity = UInt32(1 + number % 3)
            _ = try await node.engine.claim(.redeem(code, by: "r\(number)", quantity: quantity))
            if number % 40 == 0 { _ = try await node.engine.read { _, _ in } }
        }
        _ = try await node.engine.read { _, _ in }
        try await replica.reach(node.engine.position)
        try await expectEqual(node.engine, replica.engine)
        #expect(replica.follower.status.connections > 1)
        await replica.stop()
    }

    @Test("resumes where it was after a restart of either side")
    func restarts() async throws {
        let directory = try TemporaryDirectory("primary")
        let own = try TemporaryDirectory("replica")
        var node = try TemporaryEngine(in: directory)
        let upstream = LoopbackUpstream(node.engine)
        let code = try await node.makeCode(maxUses: 10_000)
        for round in 0..<3 {
            let replica = try await TestReplica.start(in: own, from: upstream)
            for number in 0..<40 { _ = try await node.engine.claim(.redeem(code, by: "\(round) a\(number)")) }
            upstream.replace(by: nil)
            node.engine.close()
            node = try TemporaryEngine(in: directory)
            upstream.replace(by: node.engine)
            for number in 0..<40 { _ = try await node.engine.claim(.redeem(code, by: "\(round) b\(number)")) }
            try await replica.reach(node.engine.position)
            try await expectEqual(node.engine, replica.engine)
            #expect(replica.follower.status.state == .following)
            await replica.stop()
            for number in 0..<40 { _ = try await node.engine.claim(.redeem(code, by: "\(round) c\(number)")) }
        }
    }

    @Test("feeds another replica")
    func chain() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1000)
        let (first, second) = (try TemporaryDirectory("first"), try TemporaryDirectory("second"))
        let middle = try await TestReplica.start(in: first, from: LoopbackUpstream(node.engine))
        let last = try await TestReplica.start(
            in: second, from: LoopbackUpstream(middle.engine, url: "loopback://middle"))
        for number in 0..<200 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
        try await last.reach(node.engine.position)
        try await expectEqual(node.engine, last.engine)
        await last.stop()
        await middle.stop()
    }

    @Test("that is ahead of its primary stops and keeps what it has")
    func ahead() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1000)
        let own = try TemporaryDirectory("replica")
        let copy = try TemporaryDirectory("copy")
        _ = try await node.engine.read { _, _ in }
        try FileManager.default.copyItem(atPath: node.directory.path + "/data", toPath: copy.path + "/data")
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        for number in 0..<20 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
        try await replica.reach(node.engine.position)
        await replica.stop()
        // The primary comes back from an older copy of its disk.
        let older = try TemporaryEngine(in: copy)
        let again = try await TestReplica.start(in: own, from: LoopbackUpstream(older.engine))
        guard case .ahead? = await again.end() else {
            Issue.record("it should have stopped")
            return
        }
        #expect(again.follower.status.state == .ahead)
        #expect(again.engine.position == node.engine.position)
        await again.stop()
    }

    /// Begins again with a snapshot, and follows to the same state.
    private func expectBootstrapped(
        _ own: TemporaryDirectory, from upstream: LoopbackUpstream, like engine: Engine
    ) async throws {
        _ = try await Bootstrap.run(directory: own.path + "/data", from: upstream, mapBytes: 1 << 30)
        let replica = try await TestReplica.start(in: own, from: upstream)
        try await replica.reach(engine.position)
        try await expectEqual(engine, replica.engine)
        await replica.stop()
    }

    @Test("of another history says so, keeps what it has however often it starts, and is replaced only when told so")
    func diverged() async throws {
        let node = try TemporaryEngine()
        let own = try TemporaryDirectory("replica")
        _ = try await node.makeCode(maxUses: 5)
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine))
        await replica.stop()
        let other = try TemporaryEngine()
        for _ in 0..<5 { _ = try await other.makeCode(maxUses: 5) }
        let upstream = LoopbackUpstream(other.engine)
        for _ in 0..<2 {
            let again = try await TestReplica.start(in: own, from: upstream)
            let kept = again.engine.syncedPoint
            guard case .diverged? = await again.end() else {
                Issue.record("it should have ended")
                return
            }
            let origin = again.engine.origin
            #expect(again.follower.status.state == .diverged && again.engine.syncedPoint == kept)
            await again.stop()
            let error = await #expect(throws: EngineError.self) {
                _ = try await Bootstrap.run(
                    directory: own.path + "/data", from: upstream, replacing: origin, mapBytes: 1 << 30)
            }
            #expect(error?.code == .diverged)
        }
        try await expectBootstrapped(own, from: upstream, like: other.engine)
    }

    @Test("that was away longer than the log is kept asks for a snapshot")
    func behindRetention() async throws {
        let node = try TemporaryEngine {
            $0.segmentBytes = 16 << 10
            $0.journalRetentionBytes = 0
            $0.durability = .none
        }
        let code = try await node.makeCode(maxUses: 10_000)
        let own = try TemporaryDirectory("replica")
        let upstream = LoopbackUpstream(node.engine)
        await (try await TestReplica.start(in: own, from: upstream)).stop()
        for round in 0..<800 {
            let redeemer = "r\(round) \(String(repeating: "x", count: 100))"
            _ = try await node.engine.claim(.redeem(code, by: redeemer))
            if round % 100 == 99 { _ = try await node.engine.read { _, _ in } }
        }
        let again = try await TestReplica.start(in: own, from: upstream)
        guard case .mustBootstrap? = await again.end() else {
            Issue.record("the log should not reach back that far")
            return
        }
        let origin = again.engine.origin
        await again.stop()
        // Its data is part of the history that replaces it.
        _ = try await Bootstrap.run(
            directory: own.path + "/data", from: upstream, replacing: origin, mapBytes: 1 << 30)
        try await expectBootstrapped(own, from: upstream, like: node.engine)
    }

    @Test("on a slow disk falls behind, catches up in large pieces, and loses nothing")
    func slowDisk() async throws {
        let node = try TemporaryEngine { $0.durability = .none }
        let code = try await node.makeCode(maxUses: 10_000)
        let own = try TemporaryDirectory("replica")
        let upstream = LoopbackUpstream(node.engine)
        let replica = try await TestReplica.start(
            in: own, from: upstream, seams: EngineSeams(disk: SlowDisk(millisecondsPerSync: 50)))
        for number in 0..<300 {
            _ = try await node.engine.claim(.redeem(code, by: "r\(number)"))
            if number % 10 == 0 { _ = try await node.engine.read { _, _ in } }
        }
        _ = try await node.engine.read { _, _ in }
        try await replica.reach(node.engine.position)
        try await expectEqual(node.engine, replica.engine)
        await replica.stop()
    }

    @Test("with a flipped bit in its files is noticed at the start as damaged", arguments: 0..<6)
    func damagedFiles(seed: UInt64) async throws {
        let node = try TemporaryEngine { $0.durability = .none }
        let code = try await node.makeCode(maxUses: 1000)
        let own = try TemporaryDirectory("replica")
        let upstream = LoopbackUpstream(node.engine)
        let replica = try await TestReplica.start(in: own, from: upstream)
        for number in 0..<300 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
        try await replica.reach(node.engine.position)
        await replica.stop()
        let journal = own.path + "/data/journal"
        let segment = try #require(try FileManager.default.contentsOfDirectory(atPath: journal).sorted().last)
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: journal + "/" + segment)))
        var random = SeededGenerator(seed: seed)
        // Somewhere in the first frames, before what could be a torn tail.
        bytes[512 + Int(random.next() % 4000)] ^= 1 << UInt8(random.next() % 8)
        try Data(bytes).write(to: URL(filePath: journal + "/" + segment))
        do {
            let again = try await TestReplica.start(in: own, from: upstream)
            await again.stop()
            Issue.record("damage was not noticed")
        } catch let error as EngineError {
            #expect(error.code == .damagedDirectory, "\(error)")
        }
        try await expectBootstrapped(own, from: upstream, like: node.engine)
    }

    @Test("is never made over the data of a primary by looking at it")
    func primaryDirectory() async throws {
        let node = try TemporaryEngine()
        node.engine.close()
        #expect(try ReplicaDirectory.contents(of: node.directory.path + "/data") == .primary)
        let error = await #expect(throws: EngineError.self) {
            _ = try await TestReplica.start(in: node.directory, from: LoopbackUpstream(node.engine))
        }
        #expect(error?.message.contains("primary") == true)
    }
}
