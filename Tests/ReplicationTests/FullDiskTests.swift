import Domain
import Journal
import TestSupport
import Testing

@testable import Engine
@testable import Replication

@Suite(.enabled(if: SmallVolume.isAvailable, "a small file system cannot be mounted here: that needs root"))
struct `A replica whose disk others fill up` {
    /// Waits until a state is reached.
    private func wait(_ what: String, until isReached: () -> Bool) async throws {
        for _ in 0..<400 where !isReached() { try await Task.sleep(for: .milliseconds(25)) }
        try #require(isReached(), "\(what)")
    }

    private func frames(of engine: Engine, behind point: JournalPoint) throws -> [UInt8] {
        let stream = try Feed(engine).open(after: point.position, chain: point.chain)
        var frames: [UInt8] = []
        _ = try stream.read(byteLimit: 1 << 20) { frame in frame.withUnsafeBytes { frames.append(contentsOf: $0) } }
        return frames
    }

    @Test(.timeLimit(.minutes(1)))
    func `leaves frames with the primary while its tables lack room, and follows again when there is room`()
        async throws
    {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1_000_000)
        let volume = try SmallVolume(bytes: 128 << 20)
        let own = try TemporaryDirectory("replica", in: volume.path)
        let replica = try await TestReplica.start(in: own, from: LoopbackUpstream(node.engine), makeUpstream: nil) {
            $0.segmentBytes = 4 << 20
            $0.commitIntervalMilliseconds = 300
        }
        try await replica.reach(node.engine.position)
        // The journal has room in its prepared segment, the tables have none.
        var number = 0
        while !replica.engine.lacksRoomToApply, number < 2000 {
            if number == 100 { try volume.fill() }
            _ = try await node.engine.claim(.redeem(code, by: "r\(number) \(String(repeating: "x", count: 80))"))
            number += 1
        }
        try await wait("the tables find no room") { replica.engine.lacksRoomToApply }
        try await wait("the status says so") { replica.engine.status.diskFull }
        let stuck = replica.engine.syncedPoint
        // An older state is read where it will do, at its own position, and is not taken for the newest one.
        let older = try await replica.engine.read(orOlder: true) { _, _ in }
        #expect(older.position < stuck.position)
        let strict = await #expect(throws: EngineError.self) { try await replica.engine.read { _, _ in } }
        #expect(strict?.code == .diskFull)
        _ = try await node.engine.claim(.redeem(code, by: "late"))
        let next = try frames(of: node.engine, behind: stuck)
        let refused = await #expect(throws: EngineError.self) {
            try await replica.engine.follow(next, of: node.engine.standing.epoch)
        }
        #expect(refused?.code == .diskFull)
        #expect(replica.engine.syncedPoint == stuck && replica.engine.failure == nil)
        volume.free()
        try await replica.reach(node.engine.position)
        try await wait("the status says that there is room") { !replica.engine.status.diskFull }
        let found = try await replica.engine.read { snapshot, _ in Invariants.check(snapshot).map(\.description) }.value
        #expect(found.isEmpty)
        await replica.stop()
    }
}
