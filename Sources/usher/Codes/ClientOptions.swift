import ArgumentParser
import Foundation

/// The server to talk to, and the key.
struct ClientOptions: ParsableArguments {
    @Option(help: "The server (USHER_URL; http://127.0.0.1:7070).")
    var url: String?

    @Option(help: "The key to show (USHER_KEY). In scripts prefer the variable: other users can see arguments.")
    var key: String?

    @Option(help: "The tenant to act for (USHER_TENANT); needs a root key.")
    var tenant: String?

    /// A client for that server.
    ///
    /// - Throws: ``CommandFailure`` when there is no key.
    func makeClient() throws -> APIClient {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        guard let key = key ?? environment["USHER_KEY"] else {
            throw CommandFailure("a key is needed: set USHER_KEY or give --key.", code: Exit.usage)
        }
        var base = url ?? environment["USHER_URL"] ?? "http://127.0.0.1:7070"
        while base.hasSuffix("/") { base.removeLast() }
        guard let parts = URL(string: base), ["http", "https"].contains(parts.scheme), parts.host != nil else {
            throw CommandFailure("\(base) is not a URL of a server.", code: Exit.usage)
        }
        return APIClient(base: base, key: key, tenant: tenant ?? environment["USHER_TENANT"])
    }
}
