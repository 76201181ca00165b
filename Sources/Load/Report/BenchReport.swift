public import Foundation

/// What a run has measured and found: the JSON of `usher bench --json`.
public struct BenchReport: Codable, Equatable, Sendable {
    /// What was decided, claim by claim.
    public struct Outcomes: Codable, Equatable, Sendable {
        /// New redemptions.
        public var granted = 0
        /// Replays of a first answer.
        public var already = 0
        /// New holds.
        public var held = 0
        /// Holds that became redemptions.
        public var confirmed = 0
        /// Holds that were given back.
        public var released = 0
        /// Refusals by the word of the API.
        public var refused: [String: Int] = [:]

        /// Everything that was decided.
        public var decided: Int {
            granted + already + held + confirmed + released + refused.values.reduce(0, +)
        }
    }

    /// A part of the run.
    public struct Phase: Codable, Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Its length.
        public var seconds: Double
        /// Requests due, or sent, a second.
        public var offeredPerSecond: Double
        /// Claims decided a second; in a phase of reads, answers.
        public var goodputPerSecond: Double
        /// Of answers that are decisions.
        public var latencyMs: LatencySummary
        /// Of answers that are none, 503 above all, and of requests that were never sent.
        public var failureLatencyMs: LatencySummary
        /// What was decided.
        public var outcomes: Outcomes
        /// What went wrong, by kind.
        public var errors: [String: Int]
        /// The server's memory at its end.
        public var residentBytes: Double?
        /// Processor time, where client and engine are one process.
        public var cpuSecondsPerMillionClaims: Double?
    }

    /// What the server says of itself, over the whole load with its warm-up.
    public struct Server: Codable, Equatable, Sendable {
        /// Processor time.
        public var cpuSecondsPerMillionClaims: Double?
        /// Memory at the end.
        public var residentBytes: Double?
        /// Journal written.
        public var journalBytesPerClaim: Double?
        /// Syncs of the journal.
        public var syncsPerClaim: Double?
    }

    /// A statement about correctness, and whether it is true.
    public struct Check: Codable, Equatable, Sendable {
        /// What was checked.
        public var name: String
        /// Whether it holds.
        public var ok: Bool
        /// With which numbers.
        public var detail: String

        /// Makes a check.
        public init(name: String, ok: Bool, detail: String) {
            self.name = name
            self.ok = ok
            self.detail = detail
        }
    }

    /// The workload.
    public var workload: String
    /// The server, or `engine`.
    public var target: String
    /// `closed` or `open`.
    public var model: String
    /// The name of the run, which is in the names of its redeemers and campaign.
    public var run: String
    /// Connections; for the engine, claims that wait at any time.
    public var connections: Int
    /// Requests under way on one connection.
    public var pipeline: Int
    /// How long was measured.
    public var seconds: Double
    /// Requests measured.
    public var requests: Int
    /// Claims decided in them.
    public var claims: Int
    /// Claims decided a second.
    public var throughputPerSecond: Double
    /// Of answers that are decisions.
    public var latencyMs: LatencySummary
    /// What was decided.
    public var outcomes: Outcomes
    /// What went wrong, by kind.
    public var errors: [String: Int]
    /// What the server says of itself.
    public var server: Server
    /// The parts of the run, without the warm-up.
    public var phases: [Phase]
    /// Every second of the load, with the warm-up.
    public var timeline: [TimelinePoint]
    /// The distribution of ``latencyMs``.
    public var distribution: [LatencyHistogram.Point]
    /// What was found out about correctness.
    public var checks: [Check]
    /// Whether it was ended before its time.
    public var interrupted = false

    /// Whether no check has failed.
    public var isCorrect: Bool { checks.allSatisfy(\.ok) }
}

extension BenchReport {
    /// The report as one line of JSON, keys in snake case.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Reads what ``json()`` wrote.
    public init(json: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(BenchReport.self, from: json)
    }
}
