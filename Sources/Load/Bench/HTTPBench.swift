import NIOCore
import NIOPosix

/// A run against a server: makes codes, sends the load, checks, reports.
public struct HTTPBench: Sendable {
    let options: HTTPBenchOptions
    let administration: any Administration
    /// The administration of the replica, for the reads of a mixed load.
    let replica: (any Administration)?
    let stop: StopSignal
    let progress: @Sendable (BenchProgress) -> Void
    /// The name of this run.
    let run = RunName.make()

    /// Seconds after which a hold expires.
    static let ttlSeconds = 2

    /// Configures a run.
    public init(
        _ options: HTTPBenchOptions, administration: any Administration, replica: (any Administration)? = nil,
        stop: StopSignal, progress: @escaping @Sendable (BenchProgress) -> Void
    ) {
        self.options = options
        self.administration = administration
        self.replica = replica
        self.stop = stop
        self.progress = progress
    }

    var names: RedeemerNames { RedeemerNames(options.redeemers, run: run) }

    /// Runs the load.
    ///
    /// - Returns: the report, and the distribution of latencies behind it.
    public func callAsFunction() async throws -> (report: BenchReport, latency: LatencyHistogram) {
        let targets = try await makeTargets()
        let trail = MemoryTrail()
        let before = await ServerFigures.read(administration)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: options.threads)
        let sampling = Task { [administration] in await trail.follow(administration) }
        let load: HTTPLoad
        do {
            load = try await HTTPLoadRunner(bench: self, targets: targets, group: group, trail: trail)()
        } catch {
            sampling.cancel()
            try? await group.shutdownGracefully()
            throw error
        }
        sampling.cancel()
        let after = await ServerFigures.read(administration)
        try await group.shutdownGracefully()
        var report = report(of: load)
        report.server =
            after?.report(since: load.figuresBefore ?? before, claims: load.claimsInAll - load.claimsBefore)
            ?? BenchReport.Server()
        if options.checks { report.checks = await checks(of: load, targets) }
        return (report, load.latency)
    }
}
