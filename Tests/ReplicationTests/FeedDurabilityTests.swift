import Domain
import Engine
import Journal
import Replication
import TestSupport
import Testing

@Suite("A feed lends nothing that could be lost")
struct FeedDurabilityTests {
    @Test(
        "Whatever was lent is there after a power cut, in every durability mode",
        arguments: [Durability.fsync, .interval(milliseconds: 5000), .none], [1, 2, 3] as [UInt64])
    func powerCut(durability: Durability, seed: UInt64) async throws {
        let disk = SimulatedDisk()
        let node = try TemporaryEngine(seams: EngineSeams(disk: disk)) { $0.durability = durability }
        let code = try await node.makeCode(maxUses: 10_000)
        let stream = try Feed(node.engine).open(after: JournalPoint.beginning.position, chain: .zero)
        var random = SeededGenerator(seed: seed)
        var wasBehind = false
        for round in 0..<60 {
            let position = try await node.engine.claim(.redeem(code, by: "r\(round)")).position
            if random.next() % 3 == 0 { _ = try await node.engine.read { _, _ in 0 } }
            _ = try stream.read(byteLimit: .max) { _ in }
            wasBehind = wasBehind || stream.point.position < position
            guard random.next() % 4 == 0 else { continue }
            let cut = JournalConfiguration(
                disk: disk.afterPowerCut(seed: random.next()), directory: node.engine.directory.journalPath)
            let recovered = try Journal.recover(cut)
            #expect(recovered.end.position >= stream.point.position)
        }
        #expect(wasBehind == (durability != .fsync), "un-synced claims were acknowledged, and not lent")
    }

    @Test("A follower behind what is kept is told where the log begins")
    func retention() async throws {
        let node = try TemporaryEngine {
            $0.segmentBytes = 16 << 10
            $0.journalRetentionBytes = 0
        }
        let code = try await node.makeCode(maxUses: 10_000)
        let stream = try Feed(node.engine).open(after: JournalPoint.beginning.position, chain: .zero)
        // The stream has the first segment open and can read it to its end: the second one must be gone too.
        var asked = JournalPoint.beginning.position
        var removals = 0
        for round in 0..<4000 where removals < 2 {
            _ = try await node.engine.claim(.redeem(code, by: "r\(round) \(String(repeating: "x", count: 100))"))
            guard round % 100 == 99 else { continue }
            _ = try await node.engine.read { _, _ in 0 }
            do {
                _ = try Feed(node.engine).open(after: asked, chain: .zero)
            } catch FeedRefusal.behindRetention(let position, let oldest) {
                #expect(position == asked && oldest > position)
                (asked, removals) = (oldest, removals + 1)
            } catch FeedRefusal.diverged where removals > 0 {
                // It is still there: only the chain that was asked with is another.
            }
        }
        try #require(removals == 2, "retention removed less than two segments")
        #expect(throws: JournalError.self) {
            while try stream.read(byteLimit: 1 << 16, { _ in }) {}
        }
    }

    @Test("A heartbeat says where the log is on stable storage")
    func heartbeat() async throws {
        let node = try TemporaryEngine()
        _ = try await node.makeCode(maxUses: 1)
        let stream = try Feed(node.engine).open(after: JournalPoint.beginning.position, chain: .zero)
        let point = node.engine.syncedPoint
        var headers: [FrameHeader] = []
        stream.withHeartbeat { frame in
            if let verified = try? FrameDecoder.verify(frame) { headers.append(verified.header) }
        }
        let header = try #require(headers.first)
        #expect(header.kind == .heartbeat && header.commandCount == 0 && header.storedLength == 0)
        #expect(header.position == point.position && header.previousChain == point.chain)
        #expect(header.digest == point.digest)
    }
}
