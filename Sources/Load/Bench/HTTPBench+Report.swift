/// Makes the report.
extension HTTPBench {
    func report(of load: HTTPLoad) -> BenchReport {
        let phases = load.phases.filter(\.isMeasured).map { phase in
            BenchReport.Phase(
                phase.tally, name: phase.name, seconds: phase.seconds, residentBytes: phase.residentBytes)
        }
        var outcomes = BenchReport.Outcomes()
        var errors: [String: Int] = [:]
        let counted = load.counted
        for phase in counted {
            outcomes.add(BenchReport.Outcomes(phase.tally))
            errors.merge(phase.tally.errors.counts, uniquingKeysWith: +)
        }
        let seconds = counted.reduce(0) { $0 + $1.seconds }
        let latency = load.latency
        return BenchReport(
            workload: options.workload.rawValue,
            target: "http://\(options.endpoint.host):\(options.endpoint.port)\(options.endpoint.path)",
            model: options.rate != nil || options.workload == .spike ? "open" : "closed", run: run,
            connections: options.connections, pipeline: options.pipeline, seconds: seconds,
            requests: counted.reduce(0) { $0 + $1.tally.requests }, claims: outcomes.decided,
            throughputPerSecond: seconds > 0 ? Double(outcomes.decided) / seconds : 0, latencyMs: latency.summary,
            outcomes: outcomes, errors: errors, server: BenchReport.Server(), phases: phases,
            timeline: load.timeline, distribution: latency.points, checks: [], interrupted: stop.isStopped)
    }

    /// Compares the acknowledged claims with the lists of the server.
    ///
    /// A server that is gone by now has failed a check; the measurements before are reported all the same.
    func checks(of load: HTTPLoad, _ targets: ClaimTargets) async -> [BenchReport.Check] {
        let decided = load.claimsInAll
        let answered = BenchReport.Check(
            name: "claims were decided", ok: decided > 0, detail: "\(decided), the warm-up included")
        let givesBack = options.workload == .holds
        do {
            if givesBack { try await waitForExpiry() }
            let listing = try await ServerListing.read(administration, targets, names) { progress(.checking($0)) }
            let checks = ClaimChecks(
                ledger: load.ledger, listing: listing, names: names, targets: targets, givesBack: givesBack,
                demand: load.demand)
            return [answered] + checks.run()
        } catch {
            return [answered, BenchReport.Check(name: "the server's lists were read", ok: false, detail: "\(error)")]
        }
    }

    /// Waits until every hold has run out; any command after that makes it visible.
    private func waitForExpiry() async throws {
        progress(.waitingForExpiry)
        try await Task.sleep(for: .seconds(HTTPBench.ttlSeconds) + .milliseconds(200))
        let command = #"{"code":"EXPIRY","redeemer_id":"bench-\#(run)"}"#
        _ = try? await administration.send("POST", "/api/invitations/redeem", json: command)
    }
}
