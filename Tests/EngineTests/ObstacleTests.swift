import Domain
import Foundation
import Journal
import Synchronization
import TestSupport
import Testing

@testable import Engine

@Suite struct `Why nothing can be written is known without asking the sequencer` {
    /// Waits until exactly these stand in the way.
    private func wait(_ engine: Engine, for obstacles: [Obstacle]) async throws {
        for _ in 0..<500 where engine.obstacles != obstacles { try await Task.sleep(for: .milliseconds(10)) }
        #expect(engine.obstacles == obstacles)
    }

    @Test func `a disk that is full is told, and that it is full no more without another command`() async throws {
        let disk = SimulatedDisk()
        let node = try TemporaryEngine(seams: EngineSeams(disk: disk)) { $0.freeDiskBytesMin = 1 << 20 }
        #expect(node.engine.obstacles == [])
        disk.setCapacity(0)
        try await Task.sleep(for: .milliseconds(1100))
        let refused = await #expect(throws: EngineError.self) {
            try await node.engine.decide { context throws(Rejection) in
                try Codes.generate(
                    GenerateCodes(tenant: .default, count: 1, terms: CodeTerms(maxUses: 1)), in: &context
                ).text(at: 0)
            }
        }
        #expect(refused?.code == .diskFull)
        #expect(node.engine.obstacles == [.diskFull])
        disk.setCapacity(1 << 30)
        try await wait(node.engine, for: [])
    }

    @Test func `one command that takes too long is told, and so is a node that closes`() async throws {
        let clock = ManualClock()
        let node = try TemporaryEngine(seams: EngineSeams(clock: clock))
        let isOver = DispatchSemaphore(value: 0)
        await withCheckedContinuation { (begun: CheckedContinuation<Void, Never>) in
            node.engine.decide(
                { _ in
                    begun.resume()
                    isOver.wait()
                    return true
                }, answer: { (_: Result<Decided<Bool>, any Error>) in })
        }
        #expect(node.engine.obstacles == [])
        clock.advance(seconds: 11)
        #expect(node.engine.obstacles == [.stalled])
        isOver.signal()
        try await wait(node.engine, for: [])
        await node.engine.drain()
        #expect(node.engine.obstacles.contains(.draining))
    }
}
