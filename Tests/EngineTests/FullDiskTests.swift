import Domain
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite(.enabled(if: SmallVolume.isAvailable, "a small file system cannot be mounted here: that needs root"))
struct `A disk that others fill up` {
    private func configure(_ configuration: inout EngineConfiguration, _ volume: SmallVolume) {
        configuration = EngineConfiguration(directory: volume.path + "/data")
        configuration.segmentBytes = 4 << 20
        configuration.mapBytes = 1 << 30
        configuration.freeDiskBytesMin = 0
        configuration.commitIntervalMilliseconds = 300
    }

    /// Waits until a state is reached.
    private func wait(_ what: String, until isReached: () -> Bool) async throws {
        for _ in 0..<400 where !isReached() { try await Task.sleep(for: .milliseconds(25)) }
        try #require(isReached(), "\(what)")
    }

    /// Claims, and takes all room before LMDB has what was claimed.
    private func stick(_ node: TemporaryEngine, _ code: CodeText, _ volume: SmallVolume) async throws {
        for number in 0..<2000 where number % 2 == 0 || !node.engine.lacksRoomToApply {
            if number == 200 { try volume.fill() }
            _ = try? await node.engine.claim(.redeem(code, by: "r\(number) \(String(repeating: "x", count: 80))"))
        }
        try await wait("the applier finds no room") { node.engine.lacksRoomToApply }
    }

    @Test(.timeLimit(.minutes(1)))
    func `so that LMDB has no room is no failure: claims and lists are refused until there is room, then both work`()
        async throws
    {
        let volume = try SmallVolume(bytes: 24 << 20)
        let node = try TemporaryEngine { configure(&$0, volume) }
        let code = try await node.makeCode(maxUses: 1_000_000)
        let first = try await node.engine.claim(.redeem(code, by: "first"))
        #expect(first.value.isNew)
        try await stick(node, code, volume)
        try await wait("the status says so") { node.engine.status.diskFull }
        #expect(node.engine.failure == nil)
        let refused = await #expect(throws: EngineError.self) {
            try await node.engine.claim(.redeem(code, by: "late"))
        }
        #expect(refused?.code == .diskFull)
        let again = try await node.engine.claim(.redeem(code, by: "first"))
        #expect(!again.value.isNew && again.value.refusal == nil, "a replay is answered")
        let unread = await #expect(throws: EngineError.self) { try await node.engine.read { _, _ in 0 } }
        #expect(unread?.code == .diskFull)
        #expect(throws: EngineError.self) { try node.engine.writeSnapshot { _ in } }
        volume.free()
        try await wait("there is room again") { !node.engine.status.diskFull }
        #expect(try await node.engine.claim(.redeem(code, by: "late")).value.isNew)
        #expect(try await node.violations() == [])
        node.engine.close()
        #expect(try Verification.run(directory: volume.path + "/data").isClean)
    }

    @Test(.timeLimit(.minutes(1)))
    func `lets a node close, and a start that has no room says so and loses nothing`() async throws {
        let volume = try SmallVolume(bytes: 24 << 20)
        let node = try TemporaryEngine { configure(&$0, volume) }
        let code = try await node.makeCode(maxUses: 1_000_000)
        try await stick(node, code, volume)
        let position = node.engine.position
        node.engine.close()
        var configuration = EngineConfiguration(directory: "")
        configure(&configuration, volume)
        let error = #expect(throws: EngineError.self) { try Engine.open(configuration) }
        #expect(error?.code == .diskFull, "\(error?.message ?? "")")
        volume.free()
        let again = try TemporaryEngine { configure(&$0, volume) }
        #expect(again.engine.position == position)
        #expect(try await again.violations() == [])
    }
}
