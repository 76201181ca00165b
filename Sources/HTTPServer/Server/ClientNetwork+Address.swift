import API
import NIOCore

extension ClientNetwork {
    /// The network of a socket's address; nil where it is no IP address.
    init?(_ address: SocketAddress) {
        let isIPv6 = address.protocol == .inet6
        guard isIPv6 || address.protocol == .inet else { return nil }
        self = address.withSockAddr { pointer, length in
            // Behind family and port; in an IPv6 address also behind the flow label.
            let bytes = UnsafeRawBufferPointer(start: pointer, count: length)
            return ClientNetwork(UnsafeRawBufferPointer(rebasing: bytes[(isIPv6 ? 8 : 4)...]), isIPv6: isIPv6)
        }
    }
}
