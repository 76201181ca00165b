import Foundation
import NIOCore

/// Finds the address of this machine that others reach it by.
enum OwnAddress {
    /// An address outside of every network, kept for documents: the way to it is that to the rest of the world.
    static let elsewhere = "192.0.2.1"

    /// The address that this machine speaks to a host from; nil when there is no way to it.
    ///
    /// Sends nothing: the system is asked for the way only.
    static func towards(_ host: String) -> String? {
        guard let target = try? SocketAddress.makeAddressResolvingHost(host, port: probePort) else { return nil }
        let family = target.protocol == .inet6 ? AF_INET6 : AF_INET
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard target.withSockAddr({ connect(descriptor, $0, socklen_t($1)) }) == 0 else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(descriptor, address, &length) == 0 else { return Int32(-1) }
                return getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard status == 0 else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        // The zone of an address means something on this machine only.
        return ListenAddress.isUnspecified(text) || text.contains("%") ? nil : text
    }

    /// Any port: nothing is sent there.
    private static let probePort = 9
}
