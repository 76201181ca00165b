import ArgumentParser
import Engine
import Foundation
import Load

/// The command `usher bench engine`.
struct BenchEngine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "engine", abstract: "Put load on an engine in this process, without HTTP.",
        discussion: """
            Workloads: hot (one code), spread (--codes, 100000), replay (everybody asks a second time; the second time \
            is measured). Works on a new directory below --directory, which is removed afterwards; it must be on the \
            disk that is to be measured. A window of claims waits at any time: latency is service time.
            """)

    @OptionGroup var output: BenchOutputOptions

    @Option(help: "hot, spread or replay.") var workload = BenchWorkload.hot
    @Option(help: "The number of claims.") var claims = 1_000_000
    @Option(
        help: ArgumentHelp(
            "The claims that the store has before the measurement; or several sizes, ascending, each to be measured: "
                + "0,1000000,10000000.", valueName: "sizes"))
    var grown = "0"
    @Option(help: "Codes (1; spread 100000).") var codes: Int?
    @Option(help: "Claims that wait at any time.") var window = 8192
    @Option(help: "Names of redeemers: sequential, or uuid.") var redeemers = RedeemerNames.Kind.sequential
    @Option(help: "The directory for that of the run (beside ./data).", completion: .directory) var directory = "."
    @Option(help: "fsync, interval:<ms> or none.") var durability = "fsync"
    @Flag(inversion: .prefixedNo, help: "Check the tables after the load.") var check = true

    func run() async throws {
        try await reporting {
            let options = try makeOptions()
            try await BenchRunner.run(output) { stop, progress in
                try await EngineBench(options, stop: stop, progress: progress)()
            }
        }
    }

    private func makeOptions() throws -> EngineBench.Options {
        var wrong: [String] = []
        let durability = Durability(durability)
        if ![.hot, .spread, .replay].contains(workload) { wrong.append("--workload must be hot, spread or replay.") }
        if !(1...100_000_000).contains(claims) { wrong.append("--claims must be between 1 and 100000000.") }
        let sizes = grown.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
        let isAscending = zip(sizes, sizes.dropFirst()).allSatisfy { $0 + claims <= $1 }
        if !sizes.allSatisfy((0...1_000_000_000).contains) || !isAscending {
            wrong.append("--grown must be numbers up to 1000000000, ascending, each at least --claims apart.")
        }
        if workload == .replay, sizes != [0] { wrong.append("--grown does not go with --workload replay.") }
        if let codes, !(1...10_000_000).contains(codes) { wrong.append("--codes must be between 1 and 10000000.") }
        if !(1...60_000).contains(window) { wrong.append("--window must be between 1 and 60000.") }
        if durability == nil { wrong.append("--durability must be fsync, none or interval:<ms> with 1 to 60000.") }
        guard wrong.isEmpty, let durability else {
            throw CommandFailure(wrong.joined(separator: "\n"), code: Exit.usage)
        }
        var options = EngineBench.Options()
        options.workload = workload
        options.claims = claims
        options.sizes = sizes
        options.codes = codes ?? (workload == .spread ? 100_000 : 1)
        options.window = window
        options.redeemers = redeemers
        options.directory = directory
        options.durability = durability
        options.checks = check
        return options
    }
}
