import API
import Domain
import Foundation

/// The variables of the environment that the commands read.
enum EnvironmentNames {
    /// The beginning of all of them.
    static let prefix = "USHER_"

    /// Every variable that some command reads: the settings of a node, and those of clients.
    static let known: Set<String> = Set(
        (ServeSettings.names + ["config", "url", "key", "tenant"]).map { prefix + $0.uppercased() })

    /// A variable that no command reads.
    struct Stranger: Hashable {
        var name: String
        /// The variable that was probably meant.
        var meant: String?
    }

    /// The variables that begin as ours and are none, without those that are empty.
    static func strangers(in environment: [String: String]) -> [Stranger] {
        let names = environment.filter { $0.key.hasPrefix(prefix) && !$0.value.isEmpty && !known.contains($0.key) }.keys
        return names.sorted().map { name in
            // Compares without the prefix, which would make all of them look alike.
            let meant = UnknownName.nearest(
                to: String(name.dropFirst(prefix.count)),
                among: known.map { String($0.dropFirst(prefix.count)) }.sorted())
            return Stranger(name: name, meant: meant.map { prefix + $0 })
        }
    }

    /// Warns of all of them in the log of a node.
    ///
    /// They are no error: an environment may be shared with others.
    static func warn(_ log: NodeLog) {
        for stranger in strangers(in: ProcessInfo.processInfo.environment) {
            log.write(
                .variableUnknown, (.variable, .text(stranger.name)), (.meant, stranger.meant.map { .text($0) }))
        }
    }

    /// Warns, for a command without a log, of those that look like a slip.
    static func warn() {
        for stranger in strangers(in: ProcessInfo.processInfo.environment) {
            guard let meant = stranger.meant else { continue }
            Terminal.note("Warning: \(stranger.name) is known to no command and was not read. Did you mean \(meant)?")
        }
    }
}
