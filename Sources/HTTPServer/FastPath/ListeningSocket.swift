internal import Glibc
import NIOCore

/// A TCP socket that connections are taken from.
///
/// Closed by its owner, once.
struct ListeningSocket: Sendable {
    let descriptor: Int32
    /// Where it is bound: with the port that the system chose, where 0 was asked for.
    let address: SocketAddress

    private static let backlog: Int32 = 4096
    /// The milliseconds that the system waits for an acknowledgement before a connection counts as broken.
    private static let unacknowledgedMilliseconds: UInt32 = 30_000

    /// Binds and listens.
    ///
    /// - Throws: `IOError` when the address cannot be had.
    init(host: String, port: Int) throws {
        let wanted = try SocketAddress.makeAddressResolvingHost(host, port: port)
        let family = wanted.protocol == .inet6 ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        let descriptor = descriptor
        do {
            let status = wanted.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
            if status != 0 { throw IOError(errnoCode: errno, reason: "bind") }
            if listen(descriptor, ListeningSocket.backlog) != 0 { throw IOError(errnoCode: errno, reason: "listen") }
            address = try ListeningSocket.boundAddress(descriptor, wanted)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    private static func boundAddress(_ descriptor: Int32, _ wanted: SocketAddress) throws -> SocketAddress {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        // The port stands behind the family in the addresses of both families.
        let portOffset = MemoryLayout<sa_family_t>.size
        let port = withUnsafeBytes(of: &storage) { $0.loadUnaligned(fromByteOffset: portOffset, as: UInt16.self) }
        guard status == 0, let host = wanted.ipAddress else { throw IOError(errnoCode: errno, reason: "getsockname") }
        return try SocketAddress(ipAddress: host, port: Int(port.bigEndian))
    }

    /// The result of accepting a connection.
    enum Accepted {
        case connection(Int32)
        /// Nobody waits.
        case nobody
        /// The system has no room for another file; try again later.
        case noRoom
    }

    /// Takes the next connection.
    func accept() -> Accepted {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                var yes: Int32 = 1
                setsockopt(
                    connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
                // A client whose machine has gone acknowledges nothing and never says so.
                var patience = ListeningSocket.unacknowledgedMilliseconds
                setsockopt(
                    connection, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &patience,
                    socklen_t(MemoryLayout<UInt32>.size))
                return .connection(connection)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN: return .nobody
            default: return .noRoom
            }
        }
    }

    func close() { Glibc.close(descriptor) }
}
