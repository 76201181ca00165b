import Foundation

/// A blocking TCP connection that can be cut at any byte, in both of TCP's ways.
///
/// `@unchecked Sendable`: one thread may send while another receives, as the system allows; one of them cuts.
public final class RawSocket: @unchecked Sendable {
    private let descriptor: Int32
    private var isOpen = true

    /// The system has refused something.
    public struct Failure: Error {
        /// Why.
        public let code: Int32
    }

    /// Connects to a port of this machine.
    ///
    /// - Parameters:
    ///   - port: The port.
    ///   - receiveBytes: The size of the receive buffer; a small one makes the sender wait early.
    ///   - timeoutMilliseconds: The longest wait for bytes.
    /// - Throws: ``Failure`` when nothing listens.
    public init(port: Int, receiveBytes: Int32? = nil, timeoutMilliseconds: Int = 20_000) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw Failure(code: errno) }
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var timeout = timeval(tv_sec: timeoutMilliseconds / 1000, tv_usec: timeoutMilliseconds % 1000 * 1000)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if status != 0 { throw Failure(code: errno) }
    }

    deinit { if isOpen { close(descriptor) } }

    /// Sends all of it; false when the other side has ended or takes nothing for too long.
    @discardableResult
    public func send(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    /// Sends all of a text.
    @discardableResult
    public func send(_ text: String) -> Bool { send(text.utf8) }

    /// The next bytes; empty at the end, nil when nothing came in time or the connection is broken.
    public func receive(_ countMax: Int = 65_536) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: countMax)
        let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { return nil }
        return Array(bytes.prefix(count))
    }

    /// Everything up to the end of the connection, read on no thread that the server's own tasks need; nil when it did
    /// not end in time, however much came.
    public func receivedAll(within limit: Duration = .seconds(60)) async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.receiveAll(until: .now + limit)) }
        }
    }

    private func receiveAll(until end: ContinuousClock.Instant) -> String? {
        var all: [UInt8] = []
        while ContinuousClock.now < end {
            guard let bytes = receive() else { return errno == ECONNRESET ? String(decoding: all, as: UTF8.self) : nil }
            if bytes.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += bytes
        }
        return nil
    }

    /// Ends our side and continues to read.
    public func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Closes; with a reset what is under way is thrown away.
    public func cut(byReset: Bool) {
        guard isOpen else { return }
        isOpen = false
        if byReset {
            var off = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &off, socklen_t(MemoryLayout<linger>.size))
        }
        close(descriptor)
    }
}
