import Dispatch
import Foundation

/// A run with everything around it: signals, progress, the report, and nothing left behind.
struct SoakSession {
    let plan: SoakPlan
    let keeps: Bool
    let printsJSON: Bool

    /// Runs, and returns true if every promise was kept.
    func run() async throws -> Bool {
        let log = try StepLog(path: plan.directory + "/steps.log")
        let findings = Findings(log)
        let availability = Availability(limit: plan.refusalLimit, findings: findings, log: log)
        let cluster = try await Cluster.make(plan, availability: availability)
        let client = APIClient()
        let soak = Soak(
            plan, log: log, findings: findings, availability: availability, cluster: cluster, client: client)
        let signals = SoakSession.interruption(of: soak)
        defer { for signal in signals { signal.cancel() } }
        let progress = ProgressLine()
        do {
            let run = SoakRun(soak: soak)
            try await run.begin()
            await run.steps { progress.show(SoakSession.text($0)) }
            progress.clear()
            if !soak.wasInterrupted, plan.keepsGoing || findings.isEmpty { try await run.end() }
        } catch is SoakOver {
            // Interrupted before it had begun.
        } catch {
            findings.report(.processesLive, "the run cannot continue: \(error)")
        }
        progress.clear()
        await cluster.end()
        await client.shutDown()
        let isKept = keeps || !findings.isEmpty
        let report = SoakReport(soak, seconds: log.seconds, directory: isKept ? plan.directory : nil)
        print(printsJSON ? try report.json() : report.text)
        if !isKept { try? FileManager.default.removeItem(atPath: plan.directory) }
        return report.ok && !soak.wasInterrupted
    }

    /// SIGINT and SIGTERM end the steps; everything that was started is ended then.
    private static func interruption(of soak: Soak) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { soak.interrupt() }
            source.resume()
            return source
        }
    }

    private static func text(_ soak: Soak) -> String {
        let (places, waited) = (soak.book.figures.granted, soak.availability.figures.longestSeconds)
        return String(
            format: "%.0f of %.0f s  %d places  longest refusal %.2f s  %@", soak.log.seconds,
            soak.plan.duration.seconds, places, waited, soak.log.current)
    }
}
