import Domain
public import Engine
import Foundation
import Store

/// A run against an engine in this process, on a directory of its own that is removed afterwards.
public struct EngineBench: Sendable {
    /// The options of a run.
    public struct Options: Sendable {
        /// `hot`, `spread` or `replay`.
        public var workload = BenchWorkload.hot
        /// The number of claims measured.
        public var claims = 1_000_000
        /// The number of codes.
        public var codes = 1
        /// The number of claims that wait at any time.
        public var window = 8192
        /// The kind of names of the redeemers.
        public var redeemers = RedeemerNames.Kind.sequential
        /// The directory in which the run makes its own.
        public var directory = "."
        /// The durability mode, which says when claims are acknowledged.
        public var durability = Durability.fsync
        /// True to check the tables after the run.
        public var checks = true
        /// The number of claims in the store before each measurement; ascending, each at least one measurement apart.
        public var sizes = [0]

        /// Options with defaults.
        public init() {}
    }

    private let options: Options
    private let stop: StopSignal
    private let progress: @Sendable (BenchProgress) -> Void
    private let run = RunName.make()

    /// Configures a run.
    public init(_ options: Options, stop: StopSignal, progress: @escaping @Sendable (BenchProgress) -> Void) {
        self.options = options
        self.stop = stop
        self.progress = progress
    }

    /// Runs the measurement.
    ///
    /// - Returns: the report, and the distribution of latencies behind it.
    public func callAsFunction() async throws -> (report: BenchReport, latency: LatencyHistogram) {
        let path = "\(options.directory)/usher-bench-\(run)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        var configuration = EngineConfiguration(directory: path)
        configuration.durability = options.durability
        let (engine, _) = try Engine.open(configuration)
        defer { engine.close() }
        let texts = try await makeCodes(engine)
        let names = RedeemerNames(options.redeemers, run: run)
        let load = EngineLoad(
            engine: engine, texts: texts, names: names, window: options.window, stop: stop, progress: progress)
        // A replay needs a first claim.
        if options.workload == .replay {
            _ = await load.run(.init(name: "first claims", claims: options.claims))
        }
        let before = engine.status.counts
        var figures = EngineLoad.Figures()
        var phases: [BenchReport.Phase] = []
        var redeemers = 0
        for size in options.sizes where !stop.isStopped {
            if size > redeemers {
                let task = EngineLoad.Task(name: "growing to \(size)", claims: size - redeemers, first: redeemers)
                _ = await load.run(task)
                redeemers = size
            }
            let (measured, phase) = await measure(load, first: redeemers, size: size)
            redeemers += options.claims
            figures.add(measured)
            phases.append(phase)
        }
        let after = engine.status.counts
        var report = report(of: figures, phases)
        if figures.answered > 0 {
            let all = Double(after.commands - before.commands)
            report.server.cpuSecondsPerMillionClaims = phases.last?.cpuSecondsPerMillionClaims
            report.server.residentBytes = phases.last?.residentBytes
            // The journal bytes of the claims that made the store grow count too.
            report.server.journalBytesPerClaim = Double(after.frameBytes - before.frameBytes) / max(all, 1)
            report.server.syncsPerClaim =
                Double(after.syncTimes.count - before.syncTimes.count) / max(all, Double(figures.answered))
        }
        if options.checks { report.checks = try await checks(engine, load, figures, names) }
        return (report, figures.latency)
    }

    /// All redeemers of the run.
    private var demand: Int { (options.sizes.last ?? 0) + options.claims * options.sizes.count }

    private func measure(
        _ load: EngineLoad, first: Int, size: Int
    ) async -> (EngineLoad.Figures, BenchReport.Phase) {
        let name = options.sizes == [0] ? options.workload.rawValue : "\(options.workload.rawValue), \(size) before"
        let before = ProcessUsage.now
        let figures = await load.run(
            .init(name: name, claims: options.claims, first: first, isReplay: options.workload == .replay))
        let after = ProcessUsage.now
        var phase = BenchReport.Phase(
            name: name, seconds: figures.seconds, offeredPerSecond: Double(figures.answered) / figures.seconds,
            goodputPerSecond: Double(figures.outcomes.decided) / figures.seconds, latencyMs: figures.latency.summary,
            failureLatencyMs: LatencySummary(), outcomes: figures.outcomes, errors: figures.errors)
        phase.residentBytes = after.residentBytes
        phase.cpuSecondsPerMillionClaims =
            (after.cpuSeconds - before.cpuSeconds) / Double(max(figures.answered, 1)) * 1e6
        return (figures, phase)
    }

    private func makeCodes(_ engine: Engine) async throws -> [CodeText] {
        let campaign = try await engine.decide { context throws(Rejection) in
            try Campaigns.create(
                CreateCampaign(
                    tenant: .default, key: "bench", name: "Bench", type: "multi_use", status: "active"), in: &context)
        }.value
        var texts: [CodeText] = []
        while texts.count < options.codes {
            progress(.makingCodes(texts.count, of: options.codes))
            let command = GenerateCodes(
                tenant: .default, count: Int64(min(options.codes - texts.count, 50_000)),
                terms: CodeTerms(campaign: campaign.number, maxUses: Int64(demand)))
            let batch = try await engine.decide { context throws(Rejection) in
                try Codes.generate(command, in: &context)
            }.value
            texts += (0..<batch.count).compactMap { CodeText(raw: batch.text(at: $0)) }
        }
        return texts
    }

    private func report(of figures: EngineLoad.Figures, _ phases: [BenchReport.Phase]) -> BenchReport {
        let decided = figures.outcomes.decided
        return BenchReport(
            workload: options.workload.rawValue, target: "engine", model: "closed", run: run,
            connections: options.window, pipeline: 1, seconds: figures.seconds, requests: figures.answered,
            claims: decided, throughputPerSecond: Double(decided) / figures.seconds,
            latencyMs: figures.latency.summary, outcomes: figures.outcomes, errors: figures.errors,
            server: BenchReport.Server(), phases: phases, timeline: figures.timeline,
            distribution: figures.latency.points, checks: [], interrupted: stop.isStopped)
    }

    // MARK: Checks

    /// The contents of the tables, once they have every claim.
    private struct Listing: Sendable {
        var listed = NumberSet()
        var doubles = 0
        var rows = 0
        var used: UInt64 = 0
        var overfull = 0
    }

    private func checks(
        _ engine: Engine, _ load: EngineLoad, _ figures: EngineLoad.Figures, _ names: RedeemerNames
    ) async throws -> [BenchReport.Check] {
        let listing = try await engine.read { snapshot, now in
            var listing = Listing()
            Redemptions.forEach(tenant: .default, in: snapshot) { redemption in
                listing.rows += 1
                var name = redemption.redeemer.text
                let number = name.withUTF8 { names.number(of: UnsafeRawBufferPointer($0)) }
                if let number, !listing.listed.insert(number) { listing.doubles += 1 }
                return true
            }
            Codes.forEach(CodeQuery(tenant: .default), in: snapshot, now: now) { code in
                listing.used += code.capacity.used
                if let limit = code.capacity.limit, limit < code.capacity.used + code.capacity.held {
                    listing.overfull += 1
                }
                return true
            }
            return listing
        }.value
        let granted = load.granted
        let missing = granted.subtracting(listing.listed)
        let strange = listing.listed.subtracting(granted)
        let wrongReplays = options.workload == .replay ? figures.answered - figures.already : figures.already
        return [
            .init(name: "claims were decided", ok: figures.answered > 0, detail: "\(figures.answered)"),
            .init(
                name: "every acknowledged claim is listed", ok: missing.count == 0,
                detail: "\(granted.count) acknowledged, \(missing.count) of them not listed"),
            .init(
                name: "nobody has a place who was told otherwise", ok: strange.count == 0,
                detail: "\(listing.rows) listed, \(strange.count) of them not acknowledged"),
            .init(
                name: "no redeemer has two places", ok: listing.doubles == 0,
                detail: "\(listing.listed.count) redeemers, \(listing.doubles) with two"),
            .init(
                name: "the counters are the sums of the redemptions",
                ok: listing.used == UInt64(listing.rows) && listing.overfull == 0,
                detail: "\(listing.used) used, \(listing.rows) listed, \(listing.overfull) codes over their limit"),
            .init(
                name: "a replay gets the first answer", ok: wrongReplays == 0,
                detail: "\(figures.already) replays, \(wrongReplays) answered differently"),
        ]
    }
}
