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

    /// A claim whose answer has not left.
    enum Exchange: Answerable {
        /// The claim is at the sequencer.
        case waiting(PendingClaim)
        /// The answer came before older ones.
        case ready(ByteBuffer)

        var answer: ByteBuffer? { if case .ready(let answer) = self { answer } else { nil } }
    }

    let descriptor: Int32
    /// Names this connection in epoll events and answers; given by its loop's table.
    let token: UInt64
    var course = Course.open
    var interest: Poller.Interest = .read
    /// The beginning of a request that is not here as a whole.
    var input: [UInt8] = []
    /// True if reading stopped because too many claims wait.
    var isFull = false
    var remembered: RememberedKey?

    /// The claims whose answers have not left, the oldest first.
    private(set) var exchanges = AnswerOrder<Exchange>()
    /// The bytes that the socket did not take.
    private var unsent = ByteBuffer()

    /// Set when the connection is beyond the limit.
    var placeBeyond: PlaceBeyond?

    var times: ConnectionTimes

    init(_ descriptor: Int32, token: UInt64, tick: Int) {
        self.descriptor = descriptor
        self.token = token
        times = ConnectionTimes(tick: tick)
    }

    /// Claims that wait for their answers.
    var inFlight: Int { exchanges.count }

    /// The oldest claim whose answer has not left.
    var oldest: PendingClaim? {
        if case .waiting(let claim)? = exchanges.first { claim } else { nil }
    }

    /// True if nothing of it is under way.
    var isIdle: Bool { exchanges.isEmpty && unsent.readableBytes == 0 }

    var hasUnsent: Bool { unsent.readableBytes > 0 }

    /// Begins a claim and gives its ordinal.
    func begin(_ claim: PendingClaim) -> Int { exchanges.begin(.waiting(claim)) }

    /// The claim of an ordinal; nil if it is answered.
    func claim(_ ordinal: Int) -> PendingClaim? {
        guard exchanges.contains(ordinal), case .waiting(let claim) = exchanges[ordinal] else { return nil }
        return claim
    }

    /// Takes a claim off whose answer is there.
    ///
    /// - Returns: true if it leaves now; false if ``keep(_:for:)`` has to keep it, because older ones are missing.
    func finish(_ ordinal: Int) -> Bool {
        guard exchanges.isNext(ordinal) else { return false }
        exchanges.removeFirst()
        return true
    }

    /// Keeps an answer until the ones before it have left.
    func keep(_ answer: ByteBuffer, for ordinal: Int) { exchanges[ordinal] = .ready(answer) }

    /// Takes the answer that is the next to leave, if it came early.
    func takeEarly() -> ByteBuffer? { exchanges.takeReady() }

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
