import ArgumentParser
import Engine
import Foundation

/// The command `usher`: the server and everything around it.
@main
struct Usher: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher",
        abstract: "Gives out a limited number of places exactly once, durably and fast.",
        discussion: """
            `usher serve` runs the server, `usher replica` one that follows it, `usher promote` makes that one the \
            primary. `status`, `campaigns`, `codes`, `claims`, `holds`, `referrals`, `rewards`, `stats`, `tenants`, `keys` and `replication` \
            talk to a running one (--url, --key, or USHER_URL and USHER_KEY); `bench` puts load on one and checks what \
            it answers. `snapshot`, `restore`, `verify`, `journal` and `doctor` look after a data directory.

            Exit codes: 0 done; 1 failed or refused, the message says why; 3 a verification found violations; \
            4 the server cannot be reached; 5 a replica is ahead of the node that it follows; 64 the command line is wrong; 70 storage failed.
            """,
        version: UsherVersion.current,
        subcommands: [
            ServeCommand.self, ReplicaCommand.self, PromoteCommand.self, StatusCommand.self, ReplicationCommand.self,
            CampaignsCommand.self, CodesCommand.self, ClaimsCommand.self, HoldsCommand.self, ReferralsCommand.self,
            RewardsCommand.self, StatsCommand.self,
            TenantsCommand.self, KeysCommand.self, SnapshotCommand.self, RestoreCommand.self, VerifyCommand.self,
            MetricsCommand.self, JournalCommand.self, DoctorCommand.self, BenchCommand.self,
            VersionCommand.self,
        ])

    /// Runs the command that the process was started with.
    ///
    /// A misspelt one is answered with the one that was meant, a value that looks like an option with the way to write it.
    static func main() async {
        if let complaint = Misspelling.find(in: CommandLine.arguments.dropFirst(), of: Usher.self) {
            Terminal.note("Error: \(complaint)")
            Foundation.exit(Exit.usage)
        }
        // A node has a log for it.
        let nodes = [ServeCommand.configuration, ReplicaCommand.configuration].map(\.commandName)
        if !nodes.contains(CommandLine.arguments.dropFirst().first) { EnvironmentNames.warn() }
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            if let complaint = HyphenValue.complaint(message(for: error), in: CommandLine.arguments.dropFirst()) {
                Terminal.note("Error: \(complaint)")
                Foundation.exit(Exit.usage)
            }
            exit(withError: error)
        }
    }
}
