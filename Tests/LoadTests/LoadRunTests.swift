import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import Load

/// Requests that mean nothing.
private final class ProbeSource: RequestSource {
    let ledger = ClaimLedger()
    private var numbers: NumberSeries

    init(worker: Int, of workers: Int, end: Int? = nil) {
        numbers = NumberSeries(worker: worker, of: workers, end: end)
    }

    func next(into buffer: inout ByteBuffer) -> RequestTag? {
        guard let number = numbers.take() else { return nil }
        buffer.writeString("GET /\(number) HTTP/1.1\r\nhost: x\r\n\r\n")
        return RequestTag(number: number)
    }

    func read(_ piece: AnswerPiece, of tag: RequestTag, index: Int) -> Outcome { piece.status == 200 ? .read : .failed }
    func finish(_ tag: RequestTag, pieces: Int, isLost: Bool) {}
}

@Suite struct `A load` {
    private func run(
        _ server: FakeServer, _ phases: [LoadPlan.Phase], connections: Int = 4, pipeline: Int = 1, end: Int? = nil,
        threads: Int = 2
    ) async throws -> LoadRun.Result {
        let plan = LoadPlan(
            endpoint: try server.endpoint, connections: connections, pipeline: pipeline, phases: phases)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let result = try await LoadRun(plan: plan, group: group, stop: StopSignal()).run(
            makeSource: { ProbeSource(worker: $0, of: $1, end: end) }, progress: { _ in })
        try await group.shutdownGracefully()
        try await server.stop()
        return result
    }

    /// Answers at once, but stands still once, for so long.
    private func stallingServer(_ stall: TimeAmount, at request: Int) async throws -> FakeServer {
        let count = Atomic<Int>(0)
        return try await FakeServer { _ in
            let number = count.add(1, ordering: .relaxed).newValue
            return .json(200, "{}", delay: number == request ? stall : .zero)
        }
    }

    @Test func `in an open loop counts the waiting of all who were due during a stall`() async throws {
        // One connection, 200 requests a second, and one answer that takes 600 ms: about 120 requests are due meanwhile.
        let server = try await stallingServer(.milliseconds(600), at: 50)
        let phase = LoadPlan.Phase(name: "open", pace: .open(.init(seconds: 2, from: 200)))
        let tally = try await run(server, [phase], connections: 1).phases[0]
        #expect(tally.requests == 400)
        #expect(tally.latency.count + tally.failureLatency.count == 400)
        #expect(tally.latency.milliseconds(at: 99) > 300, "the stall is in the p99, because 100 of 400 waited for it")
        #expect(tally.latency.milliseconds(at: 90) > 100)
    }

    @Test func `in a closed loop sees a stall once, which is why an open loop is there`() async throws {
        let server = try await stallingServer(.milliseconds(600), at: 50)
        let phase = LoadPlan.Phase(name: "closed", pace: .closed(seconds: 60))
        let tally = try await run(server, [phase], connections: 1, end: 400).phases[0]
        #expect(tally.latency.count == 400)
        #expect(tally.latency.milliseconds(at: 100) >= 600)
        #expect(tally.latency.milliseconds(at: 50) < 300)
    }

    @Test func `counts requests that were due and never sent, with the time they have waited`() async throws {
        // Long enough that a loop that gets no processor for a while still ends its phase before the answer comes.
        let server = try await stallingServer(.seconds(3), at: 1)
        let phase = LoadPlan.Phase(name: "open", pace: .open(.init(seconds: 0.5, from: 100)))
        let tally = try await run(server, [phase], connections: 1, threads: 1).phases[0]
        #expect(tally.requests == 50)
        #expect(tally.errors.counts["unsent"] == 49)
        #expect(tally.failureLatency.count == 49)
        #expect(tally.answered == 1)
    }

    @Test(arguments: [1, 8])
    func `answers pipelined requests in order and ends when there are no more`(pipeline: Int) async throws {
        let server = try await FakeServer { _ in .json(200, "{}") }
        let phase = LoadPlan.Phase(name: "closed", pace: .closed(seconds: 60))
        let tally = try await run(server, [phase], connections: 3, pipeline: pipeline, end: 1000).phases[0]
        #expect(tally.read == 1000 && tally.answered == 1000 && tally.errors.sum == 0)
    }

    @Test func `continues with a new connection when one breaks, and counts what was lost`() async throws {
        let count = Atomic<Int>(0)
        let server = try await FakeServer { _ in
            count.add(1, ordering: .relaxed).newValue % 50 == 0 ? .hangUp : .json(200, "{}")
        }
        let phase = LoadPlan.Phase(name: "closed", pace: .closed(seconds: 60))
        let tally = try await run(server, [phase], end: 1000).phases[0]
        #expect(
            tally.errors.counts["connection_closed", default: 0] + tally.errors.counts["connection_reset", default: 0]
                > 0)
        #expect(tally.requests == 1000)
        #expect(tally.answered > 900)
        #expect(tally.requests == tally.answered + tally.errors.sum)
    }

    @Test func `keeps phases apart and every second of them`() async throws {
        let server = try await FakeServer { _ in .json(503, #"{"code":"overloaded"}"#) }
        let phases = [
            LoadPlan.Phase(name: "slow", pace: .open(.init(seconds: 0.5, from: 40))),
            LoadPlan.Phase(name: "fast", pace: .open(.init(seconds: 1, from: 200))),
        ]
        // A connection for each request, so that all are sent when they are due, however long answers take.
        let result = try await run(server, phases, connections: 220)
        #expect(result.phases.map(\.requests) == [20, 200])
        #expect(result.phases.map { $0.errors.counts["overloaded", default: 0] } == [20, 200])
        #expect(result.phases.map { Int($0.failureLatency.count) } == [20, 200])
        #expect(result.timeline.reduce(0) { $0 + $1.answered } == 220)
    }
}
