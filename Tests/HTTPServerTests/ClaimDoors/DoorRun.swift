import Domain
import Engine
import JSONText
import Journal
import NIOCore
import Store
import TestSupport

@testable import HTTPServer
@testable import Wire

/// The script on its way through a door: twice on one state, with everything that came back.
final class DoorRun {
    /// The result of a run.
    struct Result: Sendable {
        /// The answers of both times.
        var answers: [DoorAnswer] = []
        /// The second answers of a door that asks twice.
        var repeats: [DoorAnswer] = []
        /// The ids of the holds, by the steps that took them.
        var holds: [String: Int64] = [:]
        /// The server's counts, over all its starts.
        var counts: [String: UInt64] = [:]
        /// Lists and figures, by path.
        var pages: [String: String] = [:]
        /// The events: kind, number and who acted.
        var events: [String] = []
        /// The digest of all tables.
        var digest: Hash128?
    }

    let door: ClaimDoor
    let clock = ManualClock()
    var keys: [ClaimStep.Key: String] = [.unknown: "usher_nobody_knows_this_one"]
    var result = Result()
    /// The time for which the script runs.
    var pass = 0

    private static let pages = [
        "codes", "campaigns", "redemptions", "holds", "metrics", "metrics/funnel", "metrics/leaderboard",
        "metrics/timeseries?metric=redemptions&interval=hour&from=2027-01-15T00:00:00Z&to=2027-01-16T00:00:00Z",
    ]

    /// - Parameters:
    ///   - door: The door that every claim takes.
    ///   - holds: The ids that holds will have, for a door that does not wait for answers.
    init(_ door: ClaimDoor, holds: [String: Int64] = [:]) {
        self.door = door
        result.holds = holds
    }

    /// Runs the script twice; every source of chance and time is the same for every door.
    func run() async throws -> Result {
        let directory = try TemporaryDirectory("door")
        var parts: [(pass: Int, steps: ArraySlice<ClaimStep>)] = []
        for pass in 0..<2 {
            let cuts = ClaimScript.steps.indices.filter { door.restarts.contains(ClaimScript.steps[$0].name) }
            for (start, end) in zip([0] + cuts, cuts + [ClaimScript.steps.count]) {
                parts.append((pass, ClaimScript.steps[start..<end]))
            }
        }
        if door.restarts.isEmpty {
            try await serve(directory) { server in
                try await self.prepare(server)
                for part in parts { try await self.send(part.steps, pass: part.pass, server) }
                try await self.look(server)
            }
        } else {
            for (index, part) in parts.enumerated() {
                try await serve(directory) { server in
                    if index == 0 { try await self.prepare(server) }
                    try await self.send(part.steps, pass: part.pass, server)
                    if index == parts.count - 1 { try await self.look(server) }
                }
            }
        }
        return result
    }

    /// Sends claims to a node whose engine has ended.
    func runClosed() async throws -> [DoorAnswer] {
        try await serve(try TemporaryDirectory("door")) { server in
            try await self.prepare(server)
            await server.engine.drain()
            try await self.send(ClaimScript.closed[...], pass: 0, server)
        }
        return result.answers
    }

    private func serve(_ directory: TemporaryDirectory, _ body: (TestServer) async throws -> Void) async throws {
        let seams = EngineSeams(clock: clock, makeRandom: { SeededGenerator(seed: 20_270_115) })
        try await TestServer.run(on: directory, metrics: true, seams: seams) { server in
            try await body(server)
            try await self.count(server)
        }
    }

    private func prepare(_ server: TestServer) async throws {
        try await ClaimScript.prepare(server)
        keys[.claims] = try await server.key("claims")
        keys[.reader] = try await server.key("read")
        if door.usesRootKey { keys[.claims] = TestServer.rootKey }
    }

    private func send(_ steps: ArraySlice<ClaimStep>, pass: Int, _ server: TestServer) async throws {
        self.pass = pass
        try await DoorSender(run: self, server: server).send(Array(steps))
    }

    /// Takes the server's own counts.
    private func count(_ server: TestServer) async throws {
        for line in try await server.get("/metrics").text.split(separator: "\n") {
            let isOurs =
                line.hasPrefix("usher_claims_total{") || line.hasPrefix("usher_claim_duration_seconds_count")
                || line.hasPrefix("usher_holds_expired_total")
            guard isOurs, let space = line.lastIndex(of: " ") else { continue }
            result.counts[String(line[..<space]), default: 0] += UInt64(line[line.index(after: space)...]) ?? 0
        }
    }

    /// Takes what the state shows.
    private func look(_ server: TestServer) async throws {
        for page in DoorRun.pages {
            let reply = try await server.get("/api/admin/invitations/" + page)
            guard reply.status == 200 else { throw TestFailure("\(page): \(reply.text)") }
            result.pages[page] = reply.text.replacing(/"position":"[0-9]+-[0-9]+"/, with: "")
        }
        result.events = try server.engine.events(limit: .max).map {
            "\($0.kind.word) \($0.subject.rawValue) by \($0.actor.word)"
        }
        result.digest = try await server.engine.read { snapshot, _ in try snapshot.point().digest }.value
    }
}
