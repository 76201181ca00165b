import ArgumentParser
import Foundation
import Load

/// The command `usher bench http`.
struct BenchHTTP: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "http", abstract: "Send load to a running server.",
        discussion: """
            Workloads:
              hot          everybody claims one code
              spread       claims over many codes (--codes, 10000)
              last-places  --clients (10000) people want the --places (1000) of one code; ends when all have asked
              replay       --clients (10000) people who have their place ask again and again
              holds        holds of \(BenchHTTP.ttl) s: 2 in 5 are confirmed, 2 released, 1 left to expire
              batch        claims in /redeem/batch, --batch-lines (10000) a request; --rate counts requests
              mixed        claims, and reads beside them on --replica or else on the same server
              spike        the capacity is measured first; then 1 s at 1/50 of the peak, a ramp to the peak within 1 s, \
            the peak (--rate, or 0.8 of the capacity), and 3 times the capacity

            Without --rate the loop is closed: each connection sends when it was answered, so that a slow server is \
            asked less, and its latency says how long it took to answer, not how long people waited. With --rate the \
            loop is open: requests are due at fixed instants whatever the answers do, and latency counts from the \
            instant at which a request was due, also where it could not be sent yet.

            Needs a root or admin key. Writes claims: the campaign, codes and redemptions of the run stay on the server.
            """)

    private static let ttl = 2

    @OptionGroup var client: ClientOptions
    @OptionGroup var output: BenchOutputOptions

    @Option(help: "hot, spread, last-places, replay, holds, batch, mixed or spike.") var workload: BenchWorkload
    @Option(help: "Keep-alive connections (256; batch 4).") var connections: Int?
    @Option(help: "Requests under way on one connection (1; spike 64).") var pipeline: Int?
    @Option(help: "Seconds to measure.") var duration = 10.0
    @Option(help: "Seconds to warm up before.") var warmup = 1.0
    @Option(help: "Requests due a second: an open loop.") var rate: Double?
    @Option(help: "Codes (1; spread 10000).") var codes: Int?
    @Option(help: "Places of each code (without end; last-places 1000).") var places: Int?
    @Option(help: "Clients of last-places and replay.") var clients = 10_000
    @Option(help: "Threads that send (half of the cores).") var threads: Int?
    @Option(help: "A replica's URL, for the reads of mixed.") var replica: String?
    @Option(help: "Claims in a request of batch.") var batchLines = 10_000
    @Option(help: "Names of redeemers: sequential, or uuid, which are stored in 16 bytes and not compressed.")
    var redeemers = RedeemerNames.Kind.sequential
    @Flag(inversion: .prefixedNo, help: "Check the server's answers after the load.") var check = true
    @Option(help: "The seed of every random choice.") var seed: UInt64 = 1

    func run() async throws {
        try await reporting {
            let administration = try client.makeClient()
            let options = try makeOptions(administration)
            var reader: APIClient?
            if let replica {
                var other = client
                other.url = replica
                reader = try other.makeClient()
            }
            _ = OpenFiles.raise(toServe: options.connections * 2, threads: options.threads)
            try await BenchRunner.run(output) { [reader] stop, progress in
                try await HTTPBench(
                    options, administration: administration, replica: reader, stop: stop, progress: progress)()
            }
        }
    }

    private func makeOptions(_ administration: APIClient) throws -> HTTPBenchOptions {
        var options: HTTPBenchOptions
        do throws(Endpoint.Fault) {
            options = HTTPBenchOptions(
                workload, endpoint: try Endpoint(administration.base), key: administration.key ?? "")
            if let replica { options.replica = try Endpoint(replica) }
        } catch {
            throw CommandFailure(error.description, code: Exit.usage)
        }
        options.tenant = administration.tenant
        options.connections = connections ?? options.connections
        options.pipeline = pipeline ?? options.pipeline
        options.duration = duration
        options.warmup = warmup
        options.rate = rate
        options.codes = codes ?? options.codes
        options.places = places ?? options.places
        options.clients = clients
        options.threads = threads ?? max(1, ProcessInfo.processInfo.activeProcessorCount / 2)
        options.batchLines = batchLines
        options.redeemers = redeemers
        options.checks = check
        options.seed = seed
        try BenchHTTP.check(options)
        return options
    }

    /// All that is wrong, at once.
    private static func check(_ options: HTTPBenchOptions) throws {
        var wrong: [String] = []
        let check = { (isRight: Bool, text: String) in
            if !isRight { wrong.append(text) }
        }
        check((1...20_000).contains(options.connections), "--connections must be between 1 and 20000.")
        check((1...1024).contains(options.pipeline), "--pipeline must be between 1 and 1024.")
        check(options.duration > 0 && options.duration <= 86_400, "--duration must be between 0 and 86400 seconds.")
        check(options.warmup >= 0 && options.warmup <= 3600, "--warmup must be between 0 and 3600 seconds.")
        check(options.rate.map { $0 > 0 && $0 <= 10_000_000 } ?? true, "--rate must be between 0 and 10000000.")
        check((1...1_000_000).contains(options.codes), "--codes must be between 1 and 1000000.")
        check((1...1_000_000_000_000).contains(options.places), "--places must be between 1 and 1000000000000.")
        check((1...10_000_000).contains(options.clients), "--clients must be between 1 and 10000000.")
        check((1...64).contains(options.threads), "--threads must be between 1 and 64.")
        check((1...100_000).contains(options.batchLines), "--batch-lines must be between 1 and 100000.")
        check(options.replica == nil || options.workload == .mixed, "--replica is for --workload mixed.")
        guard wrong.isEmpty else { throw CommandFailure(wrong.joined(separator: "\n"), code: Exit.usage) }
    }
}
