import API
import Foundation

/// Examines the host of an address without a look-up.
enum ListenAddress {
    /// True if it stands for every address of the machine, such as `0.0.0.0` and `::`: a server can listen there, and
    /// nobody can be told to go there.
    static func isUnspecified(_ host: String) -> Bool {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        var four = in_addr()
        if inet_aton(bare, &four) != 0 { return four.s_addr == 0 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, bare, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { bytes in
            let isMapped = bytes[10] == 0xFF && bytes[11] == 0xFF
            return bytes.prefix(10).allSatisfy { $0 == 0 } && bytes.suffix(4).allSatisfy { $0 == 0 }
                && (isMapped || bytes[10] == 0 && bytes[11] == 0)
        }
    }

    /// Guesses the host of a node that listens on every address and was not told its own.
    ///
    /// The guess is the address that this machine speaks to another node from: that node is in the network of the others.
    ///
    /// - Parameters:
    ///   - settings: The settings of the node.
    ///   - peer: The URL of another node; nil where none is known.
    static func settle(_ settings: inout ServeSettings, towards peer: String?) {
        guard settings.ownURL == nil else { return }
        let host = peer.flatMap { URL(string: $0)?.host } ?? OwnAddress.elsewhere
        guard let address = OwnAddress.towards(host), !address.contains(":") || settings.host.contains(":") else {
            return
        }
        settings.guessedHost = address
    }

    /// Warns of a guess, and where there was no way to guess.
    ///
    /// - Parameters:
    ///   - settings: The settings of the node, settled.
    ///   - port: The port that it listens on.
    ///   - log: The log of the node.
    static func warn(of settings: ServeSettings, port: Int, _ log: NodeLog) {
        guard settings.advertisedURL == nil, isUnspecified(settings.host) else { return }
        guard let url = settings.ownURL(port: port) else { return log.write(.addressUnknown) }
        log.write(.addressGuessed, (.url, .text(url)))
    }
}
