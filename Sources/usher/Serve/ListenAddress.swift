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

    /// Warns that other nodes do not learn the address of this node.
    static func warn(_ settings: ServeSettings) {
        guard settings.ownURL == nil else { return }
        Terminal.note(
            "Warning: this node listens on every address (\(settings.host)) and was not told --advertise URL "
                + "(USHER_ADVERTISE): other nodes and clients are not told where it is. After a promotion they do not "
                + "learn where to go.")
    }
}
