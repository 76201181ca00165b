import ArgumentParser
import Foundation
import Replication

/// The server to talk to, and the key.
struct ClientOptions: ParsableArguments {
    @Option(help: "The server (USHER_URL; http://127.0.0.1:7070).")
    var url: String?

    @Option(help: "The key to show (USHER_KEY). In scripts prefer the variable: other users can see arguments.")
    var key: String?

    @Option(help: "The tenant to act for (USHER_TENANT); needs a root key.")
    var tenant: String?

    @Option(
        help: "A file of certificates: the authorities to trust, in place of the machine's (USHER_CA).",
        completion: .file())
    var ca: String?

    @Option(help: "Seconds to wait for an answer; imports, exports and many codes take as long as they take.")
    var timeout = 60

    func validate() throws {
        guard timeout > 0 else { throw ValidationError("--timeout must be at least 1.") }
    }

    /// A client for that server.
    ///
    /// - Throws: ``CommandFailure`` when there is no key.
    func makeClient() throws -> APIClient {
        let client = try makeClientWithoutKey()
        guard client.key != nil else {
            throw CommandFailure("a key is needed: set USHER_KEY or give --key.", code: Exit.usage)
        }
        return client
    }

    /// A client for what needs no key; one that is there is shown all the same.
    ///
    /// - Throws: ``CommandFailure`` when the URL is none.
    func makeClientWithoutKey() throws -> APIClient {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        let base = url ?? environment["USHER_URL"] ?? "http://127.0.0.1:7070"
        guard let parts = URL(string: base), ["http", "https"].contains(parts.scheme), let host = parts.host,
            !host.isEmpty
        else {
            let hint = base.contains("://") ? "" : " Did you mean http://\(base)?"
            throw CommandFailure("\(base) is not a URL of a server.\(hint)", code: Exit.usage)
        }
        var client = APIClient(
            base: String(base.reversed().drop { $0 == "/" }.reversed()), key: key ?? environment["USHER_KEY"],
            keySource: key == nil ? "USHER_KEY" : "--key", tenant: tenant ?? environment["USHER_TENANT"],
            timeoutSeconds: timeout)
        if let authorities {
            do {
                try InputFile.check(authorities)
                client.http = APIClient.makeHTTP(trusting: try UpstreamClient.trust(authorities: authorities))
            } catch let failure as CommandFailure {
                throw CommandFailure("--ca: \(failure.description)", code: Exit.usage)
            } catch {
                throw CommandFailure("--ca: \(error).", code: Exit.usage)
            }
        }
        return client
    }

    /// The path of the authorities to trust; nil for those of the machine.
    var authorities: String? {
        ca ?? ProcessInfo.processInfo.environment["USHER_CA"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
