public import ArgumentParser
public import Load

/// The command `usher bench`.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Put load on a server and check its answers.",
        discussion: """
            `bench http` sends claims to a running server, `bench engine` to an engine in this process. Each run makes \
            codes of its own, so it can be made beside real data, where its campaign, codes and redemptions stay: \
            redeemers are named bench-<run>-<number>. It asks nothing before it writes.

            After the load it checks that every acknowledged claim is there, that nobody has two places, that the \
            counters are the sums of the claims, and that nobody was told sold out while places were left. Exit code 1 \
            when one of these is not so. An answer that was lost counts as unknown, never as a failure. Interrupting \
            (^C) ends the load; what was done is still checked and reported.
            """,
        subcommands: [BenchHTTP.self, BenchEngine.self])
}

extension BenchWorkload: ExpressibleByArgument {}

extension RedeemerNames.Kind: ExpressibleByArgument {}
