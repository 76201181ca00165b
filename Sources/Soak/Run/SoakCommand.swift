import ArgumentParser
import Dispatch
import Foundation

/// The command `usher-soak`.
@main
struct SoakCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher-soak",
        abstract: "Runs a primary and two replicas for a long time, breaks what can break, and checks every answer.",
        discussion: """
            Starts three real nodes on the loopback, the primary with --sync-replicas 1, and does at random: claims, \
            holds, batches, repeats, keys that come and go, big generations and imports, lists and exports, figures \
            from replicas, downloads that are cut, floods of bad tokens, links that delay, hold back, cut and repeat, \
            replicas that freeze, nodes that are killed, drained, emptied and filled up, promotions, and restores of \
            a snapshot beside the running server.

            Equal seeds choose equal steps, lane by lane; when they come cannot be repeated. An oracle of everything \
            that was answered checks the answers all the time, and every directory is verified at the end. Exit code \
            0 only when every promise was kept; else 1, and the seed, the step, the evidence and all files are kept.
            """)

    @Option(help: "The length of the run, in minutes.") var minutes = 10.0
    @Option(help: "The seed of every choice (default: by chance, and printed).") var seed: UInt64?
    @Option(help: "Claims a second, over all clients.") var rate = 150
    @Option(help: "A folder for data and logs; a new one below it is used.") var directory = FileManager.default
        .temporaryDirectory.path
    @Option(help: "A built usher.") var usher: String
    @Option(help: "Steps that are left out, by name, with commas between them.") var without = ""
    @Option(help: "Only these steps, likewise.") var only = ""
    @Flag(help: "Continue after a broken promise.") var keepGoing = false
    @Flag(help: "Keep directories and logs, also when every promise was kept.") var keep = false
    @Flag(help: "Print JSON.") var json = false
    @Flag(help: "Print the names of the steps, and do nothing.") var listSteps = false

    func validate() throws {
        let names = Set(Step.all.map(\.name))
        for name in SoakCommand.names(without).union(SoakCommand.names(only)) where !names.contains(name) {
            throw ValidationError("there is no step '\(name)'; --list-steps shows all")
        }
        guard (0.01...10_000).contains(minutes), (1...2000).contains(rate) else {
            throw ValidationError("--minutes takes 0.01 to 10000, --rate 1 to 2000")
        }
    }

    private static func names(_ list: String) -> Set<String> { Set(list.split(separator: ",").map(String.init)) }

    func run() async throws {
        if listSteps {
            for step in Step.all {
                print("\(step.lane.rawValue.padding(toLength: 16, withPad: " ", startingAt: 0))\(step.name)")
            }
            return
        }
        let run = directory + "/usher-soak-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
        let (left, chosen) = (SoakCommand.names(without), SoakCommand.names(only))
        let steps = Step.all.filter { !left.contains($0.name) && (chosen.isEmpty || chosen.contains($0.name)) }
        let plan = SoakPlan(
            seed: seed ?? UInt64.random(in: 1...999_999), duration: .seconds(minutes * 60), claimsPerSecond: rate,
            directory: run, usher: usher, steps: steps,
            keepsGoing: keepGoing)
        let isOK = try await SoakSession(plan: plan, keeps: keep, printsJSON: json).run()
        if !isOK { throw ExitCode(1) }
    }
}
