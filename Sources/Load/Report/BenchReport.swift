public import Foundation

/// The measurements and findings of a run: the JSON of `usher bench --json`.
public struct BenchReport: Codable, Equatable, Sendable {
    /// The numbers of claims by outcome.
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
        /// Latencies of answers that are decisions.
        public var latencyMs: LatencySummary
        /// Latencies of other answers, most of them 503, and of requests that were never sent.
        public var failureLatencyMs: LatencySummary
        /// The outcomes of claims.
        public var outcomes: Outcomes
        /// The number of errors by kind.
        public var errors: [String: Int]
        /// The server's memory at its end.
        public var residentBytes: Double?
        /// Processor time, where client and engine are one process.
        public var cpuSecondsPerMillionClaims: Double?
    }

    /// The server's own figures, over the whole load with its warm-up.
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
        /// The statement that was checked.
        public var name: String
        /// True if it holds.
        public var ok: Bool
        /// The numbers behind it.
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
    /// Seconds of the measured time.
    public var seconds: Double
    /// Requests measured.
    public var requests: Int
    /// Claims decided in them.
    public var claims: Int
    /// Claims decided a second.
    public var throughputPerSecond: Double
    /// Latencies of answers that are decisions.
    public var latencyMs: LatencySummary
    /// The outcomes of claims.
    public var outcomes: Outcomes
    /// The number of errors by kind.
    public var errors: [String: Int]
    /// The server's own figures.
    public var server: Server
    /// The parts of the run, without the warm-up.
    public var phases: [Phase]
    /// Every second of the load, with the warm-up.
    public var timeline: [TimelinePoint]
    /// The distribution of ``latencyMs``.
    public var distribution: [LatencyHistogram.Point]
    /// The checks of correctness.
    public var checks: [Check]
    /// True if the run was ended before its time.
    public var interrupted = false
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
