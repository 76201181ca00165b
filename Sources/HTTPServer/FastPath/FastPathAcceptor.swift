/// Takes new connections and spreads them evenly over all loops; stops for a moment when the system has no room.
///
/// Used on one loop's thread.
///
/// `@unchecked Sendable`: made before that thread starts and touched by it only, but for ``loops``, which is set once
/// before.
final class FastPathAcceptor: @unchecked Sendable {
    let socket: ListeningSocket
    private let gauge: ConnectionGauge
    private let connectionsMax: Int
    /// The loops, beginning with the one that accepts.
    var loops: [FastPathInbox] = []
    private(set) var isPaused = false
    private var next = 0

    /// The milliseconds for which nothing is accepted when there is no room.
    static let pauseMilliseconds: UInt64 = 20
    /// Taken at once, so that connections that are open are not kept waiting.
    private static let acceptedMax = 64

    init(socket: ListeningSocket, gauge: ConnectionGauge, connectionsMax: Int) {
        self.socket = socket
        self.gauge = gauge
        self.connectionsMax = connectionsMax
    }

    /// Takes and counts those that wait; returns those for the loop that accepts, among them all that are beyond the
    /// limit.
    func acceptWaiting() -> [(socket: Int32, isBeyond: Bool)] {
        isPaused = false
        var own: [(socket: Int32, isBeyond: Bool)] = []
        for _ in 0..<FastPathAcceptor.acceptedMax {
            let isBeyond = gauge.open >= connectionsMax
            let accepted = socket.accept()
            guard case .connection(let descriptor) = accepted else {
                if case .noRoom = accepted { isPaused = true }
                break
            }
            // Here, because its loop can take it much later, when more have come.
            gauge.opened()
            if isBeyond {
                own.append((descriptor, true))
                continue
            }
            let loop = next % loops.count
            next += 1
            if loop == 0 { own.append((descriptor, false)) } else { loops[loop].put(socket: descriptor) }
        }
        return own
    }
}
