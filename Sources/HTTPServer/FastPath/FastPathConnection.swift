import API
internal import Glibc
import NIOCore

/// A connection on the fast path: its socket, what came and is not a whole request yet, and what could not be sent.
///
/// Used on its loop's thread.
final class FastPathConnection {
    /// The way in which a connection continues.
    enum Course {
        /// Takes requests.
        case open
        /// Is handed to the HTTP library with all that it has sent, as soon as what was begun is answered.
        case leaving
        /// The client sends no more; closed as soon as what was begun is answered.
        case ending
        /// Our side is closed; the client's is read to its end, so that it gets all that was sent.
        case lingering
    }

    let descriptor: Int32
    /// Names this connection in epoll events and answers.
    let token: UInt64
    var course = Course.open
    var interest: Poller.Interest = .read
    /// The beginning of a request that is not here as a whole.
    var input: [UInt8] = []
    /// True if reading stopped because too many claims wait.
    var isFull = false
    var remembered: RememberedKey?

    /// The ordinal of the oldest claim that is not answered.
    private(set) var firstOrdinal: UInt32 = 0
    /// The claims that are not answered, the oldest first.
    private var pending = CircularBuffer<PendingClaim>()
    /// Answers that came before older ones.
    private var early: [(ordinal: UInt32, answer: ByteBuffer)] = []
    /// The bytes that the socket did not take.
    private var unsent = ByteBuffer()

    /// Set when the connection is beyond the limit.
    var placeBeyond: PlaceBeyond?

    // Deadlines, in ticks of the loop.
    var requestStart: Int?
    var lastActivity: Int
    var unwritableSince: Int?
    var lingeringSince: Int?

    init(_ descriptor: Int32, token: UInt64, tick: Int) {
        self.descriptor = descriptor
        self.token = token
        lastActivity = tick
    }

    /// Claims that wait for their answers.
    var inFlight: Int { pending.count }

    /// The oldest claim that is not answered.
    var oldest: PendingClaim? { pending.first }

    /// True if nothing of it is under way.
    var isIdle: Bool { pending.isEmpty && unsent.readableBytes == 0 }

    var hasUnsent: Bool { unsent.readableBytes > 0 }

    /// Begins a claim and gives its ordinal.
    func begin(_ claim: PendingClaim) -> UInt32 {
        pending.append(claim)
        return firstOrdinal &+ UInt32(pending.count - 1)
    }

    /// The claim of an ordinal.
    ///
    /// - Precondition: it is not answered.
    subscript(ordinal: UInt32) -> PendingClaim {
        pending[pending.index(pending.startIndex, offsetBy: Int(ordinal &- firstOrdinal))]
    }

    /// Takes an answer off those that are awaited.
    ///
    /// - Returns: its claim, if the answer is the next to leave; nil when older ones are missing.
    func finish(_ ordinal: UInt32) -> PendingClaim? {
        guard ordinal == firstOrdinal else { return nil }
        firstOrdinal &+= 1
        return pending.popFirst()
    }

    /// Keeps an answer until the ones before it have left.
    func keep(_ answer: ByteBuffer, for ordinal: UInt32) {
        early.append((ordinal, answer))
    }

    /// The answer that is the next to leave, if it came early.
    func takeEarly() -> ByteBuffer? {
        guard !early.isEmpty, let index = early.firstIndex(where: { $0.ordinal == firstOrdinal }) else { return nil }
        _ = finish(firstOrdinal)
        return early.remove(at: index).answer
    }

    // MARK: Socket

    /// The result of a read.
    enum Received {
        case bytes(Int)
        case nothing
        case end
        case failed
    }

    func receive(into memory: UnsafeMutableRawBufferPointer) -> Received {
        while true {
            let count = recv(descriptor, memory.baseAddress, memory.count, Int32(MSG_DONTWAIT))
            if count > 0 { return .bytes(count) }
            if count == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            default: return .failed
            }
        }
    }

    /// Sends bytes, and keeps what the socket does not take; false when the connection is broken.
    func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard unsent.readableBytes == 0 else {
            unsent.writeBytes(bytes)
            return true
        }
        guard let sent = sendNow(bytes) else { return false }
        if sent < bytes.count { unsent.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[sent...])) }
        return true
    }

    /// Tries again to send what was kept; false when the connection is broken.
    func sendKept() -> Bool {
        guard let sent = unsent.withUnsafeReadableBytes({ sendNow($0) }) else { return false }
        unsent.moveReaderIndex(forwardBy: sent)
        if unsent.readableBytes == 0 { unsent = ByteBuffer() }
        return true
    }

    private func sendNow(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var sent = 0
        while sent < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
            let count = Glibc.send(
                descriptor, rest.baseAddress, rest.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                return sent
            } else if errno != EINTR {
                return nil
            }
        }
        return sent
    }

    /// Ends our side of the connection.
    func endOutput() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() { Glibc.close(descriptor) }
}
