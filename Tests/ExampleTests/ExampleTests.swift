import Domain
import Engine
import Foundation
import Journal
import Load
import Projections
import Replication
import Store
import TestSupport
import Testing

@Suite struct `The examples of the catalogues` {
    @Test func `of LMDB reads back what it has stored`() throws {
        let directory = try TemporaryDirectory("example")
        #expect(try storeGreeting(in: directory.path) == "hello")
        #expect(try storeGreeting(in: directory.path) == "hello")
    }

    @Test func `of the journal read what was appended, also by an earlier writer`() throws {
        let directory = try TemporaryDirectory("example")
        let path = directory.path + "/journal"
        #expect(try appendFrame([1, 2, 3], in: path).sequence == 1)
        #expect(try appendFrame([4], in: path).sequence == 2)
        #expect(try readPayloads(in: path) == [[1, 2, 3], [4]])
    }

    @Test func `of the store give out two of two places`() throws {
        let directory = try TemporaryDirectory("example")
        #expect(try takePlaces(in: directory.path) == [true, true, false])
    }

    @Test func `of the domain grant one place and refuse the second`() throws {
        let state = try TemporaryState(tables: Tables.all)
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        var context = DecisionContext(state: state.transaction, now: now, random: SystemRandomNumberGenerator())
        Domain.Bootstrap.run(in: &context)
        let outcomes = try decideClaims(on: state.transaction, at: now)
        #expect(outcomes.map(\.refusal) == [nil, .exhausted])
    }

    @Test func `of the projections read figures of what was claimed`() async throws {
        let temporary = try TemporaryEngine { $0.projections = [MetricsProjection()] }
        let code = try await temporary.makeCode(maxUses: 5)
        _ = try await temporary.engine.claim(.redeem(code, by: "ana"))
        #expect(try await summary(of: temporary.engine).redemptions == 1)
        let directory = try TemporaryDirectory("example")
        #expect(try openTables(in: directory.path).snapshot().isCurrent(.metrics))
    }

    @Test func `of the engine wait for a follower`() async throws {
        let directory = try TemporaryDirectory("example")
        let engine = try openEngine(in: directory.path)
        #expect(engine.quorum.required == 1)
        await engine.drain()
    }

    @Test(.timeLimit(.minutes(1)))
    func `of replication follow the example of the server`() async throws {
        let primary = try TemporaryEngine()
        let code = try await primary.makeCode(maxUses: 5)
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let serving = Task { try await serve(primary.engine) { found.yield($0) } }
        let port = try #require(await ports.first { _ in true })
        let (url, key) = ("http://127.0.0.1:\(port)", "usher_root_key_of_an_example")
        let directory = try TemporaryDirectory("example")
        _ = try await Replication.Bootstrap.run(
            directory: directory.path + "/data", from: HTTPUpstream(url: url, key: key), mapBytes: 1 << 30)
        let replica = try TemporaryEngine(in: directory, { $0.role = .replica })
        let following = Task { try await follow(url, key: key, with: replica.engine) }
        let position = try await primary.engine.claim(.redeem(code, by: "ana")).position
        try await replica.engine.wait(for: position, timeoutMilliseconds: 20_000)
        following.cancel()
        serving.cancel()
        _ = await following.result
        _ = await serving.result
    }

    @Test func `of the load keep their checks`() async throws {
        let directory = try TemporaryDirectory("example")
        let report = try await measureClaims(in: directory.path)
        #expect(report.outcomes.granted == 20_000)
        #expect(!report.checks.isEmpty && report.checks.allSatisfy(\.ok))
    }
}
