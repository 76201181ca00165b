import NIOCore
import NIOPosix

/// One load, from the first connection to the last answer.
struct LoadRun {
    /// The result of a load.
    struct Result: Sendable {
        /// In the order of the plan.
        var phases: [PhaseTally]
        var ledger: ClaimLedger
        var timeline: [TimelinePoint]
        /// Seconds in which requests were sent.
        var seconds: Double
        /// The redemptions of the redeemers, where their source remembers them.
        var redemptions: [Int: UInt64] = [:]
    }

    let plan: LoadPlan
    let group: MultiThreadedEventLoopGroup
    let stop: StopSignal

    /// The time between two reports of progress.
    private static let progressInterval = Duration.milliseconds(200)

    /// Runs the load.
    ///
    /// - Parameters:
    ///   - makeSource: Makes the source of an event loop from its number and the number of loops.
    ///   - progress: Called several times a second.
    /// - Returns: The figures by phase, the timeline and the redemptions.
    /// - Throws: ``BenchFailure`` when the connections cannot be opened.
    func run(
        makeSource: (_ worker: Int, _ workers: Int) -> any RequestSource,
        progress: @escaping @Sendable (LoadProgress) -> Void
    ) async throws -> Result {
        let loops = Array(group.makeIterator()).prefix(plan.connections)
        let monitor = LoadMonitor(workers: loops.count)
        let workers = loops.enumerated().map { index, loop in
            LoadWorker(
                plan, on: loop, number: index, of: loops.count,
                share: plan.connections / loops.count + (index < plan.connections % loops.count ? 1 : 0),
                source: makeSource(index, loops.count), monitor: monitor, stop: stop)
        }
        for worker in workers { try await worker.connect().get() }
        let start = NIODeadline.now().uptimeNanoseconds
        let telling = Task { [plan] in await LoadRun.tell(plan, start, monitor, progress) }
        for end in workers.map({ $0.run(start: start) }) { try await end.get() }
        telling.cancel()
        return try await LoadRun.gather(workers, plan, monitor)
    }

    private static func tell(
        _ plan: LoadPlan, _ start: UInt64, _ monitor: LoadMonitor, _ progress: (LoadProgress) -> Void
    ) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: progressInterval)
            let elapsed = NIODeadline.now().uptimeNanoseconds - start
            let (rate, p99, errors) = monitor.progress
            progress(
                LoadProgress(
                    phase: plan.phases[plan.phase(after: elapsed)].name, seconds: Double(elapsed) / 1e9,
                    ofSeconds: plan.seconds, rate: rate, p99: p99, errors: errors))
        }
    }

    private static func gather(
        _ workers: [LoadWorker], _ plan: LoadPlan, _ monitor: LoadMonitor
    ) async throws -> Result {
        var result = Result(
            phases: plan.phases.map { _ in PhaseTally() }, ledger: ClaimLedger(), timeline: [], seconds: 0)
        for worker in workers {
            let part = try await worker.loop.submit { () -> Result in
                Result(
                    phases: worker.phases, ledger: worker.source.ledger, timeline: [], seconds: worker.seconds,
                    redemptions: (worker.source as? RedeemSource)?.redemptions ?? [:])
            }.get()
            for index in part.phases.indices { result.phases[index].merge(part.phases[index]) }
            result.ledger.merge(part.ledger)
            result.redemptions.merge(part.redemptions) { first, _ in first }
            result.seconds = max(result.seconds, part.seconds)
        }
        result.timeline = monitor.finish()
        return result
    }
}
