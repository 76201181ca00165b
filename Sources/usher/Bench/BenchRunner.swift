import Dispatch
import Foundation
import Load

/// Runs both kinds of bench: progress, interruption and the verdict.
enum BenchRunner {
    /// Runs a bench and tells its results.
    ///
    /// - Throws: ``CommandFailure`` when a check has failed.
    static func run(
        _ output: BenchOutputOptions,
        _ bench: (StopSignal, @escaping @Sendable (BenchProgress) -> Void) async throws -> (
            report: BenchReport, latency: LatencyHistogram
        )
    ) async throws {
        try output.check()
        let stop = StopSignal()
        let signal = interruption(stop)
        defer { signal.cancel() }
        let line = ProgressLine()
        defer { line.clear() }
        let (report, latency): (BenchReport, LatencyHistogram)
        do {
            (report, latency) = try await bench(stop) { progress in line.show(text(progress)) }
        } catch let failure as BenchFailure {
            throw CommandFailure(failure.description)
        }
        line.clear()
        try output.write(report, latency)
        let failed = report.checks.filter { !$0.ok }
        guard failed.isEmpty else {
            let list = failed.map { "\n  \($0.name): \($0.detail)" }.joined()
            throw CommandFailure("the server's answers were not correct.\(list)")
        }
    }

    /// The first interrupt ends the load; the second one ends the process as usual.
    private static func interruption(_ stop: StopSignal) -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            stop.stop()
            signal(SIGINT, SIG_DFL)
        }
        source.resume()
        return source
    }

    private static func text(_ progress: BenchProgress) -> String {
        switch progress {
        case .makingCodes(let done, let total): ProgressLine.text("making codes", UInt64(done), UInt64(total))
        case .load(let load):
            String(
                format: "%@  %.0f of %.0f s  %d/s  p99 %.2f ms  %d errors", load.phase, load.seconds, load.ofSeconds,
                load.rate, load.p99, load.errors)
        case .waitingForExpiry: "waiting for holds to expire"
        case .checking(let rows): "checking  \(rows) redemptions read"
        }
    }
}
