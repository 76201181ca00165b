/// The part of a client's address that a stranger has to itself: an IPv4 address, or the network of an IPv6 address.
package struct ClientNetwork: Hashable, Sendable {
    private let bytes: UInt64
    private let isIPv6: Bool

    /// Takes the first 8 bytes of an IPv6 address, or all 4 of an IPv4 address.
    package init(_ address: UnsafeRawBufferPointer, isIPv6: Bool) {
        bytes = address.prefix(isIPv6 ? 8 : 4).reduce(0) { $0 << 8 | UInt64($1) }
        self.isIPv6 = isIPv6
    }
}
