internal import CLinux
internal import Glibc
internal import NIOCore

/// An epoll instance: waits for sockets, level-triggered.
///
/// Used by one thread, which closes it.
struct Poller: ~Copyable {
    /// The events that a socket is watched for; errors and hang-ups are always reported.
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let read = Interest(rawValue: UInt32(EPOLLIN.rawValue))
        static let write = Interest(rawValue: UInt32(EPOLLOUT.rawValue))
    }

    /// An event of a socket.
    struct Event {
        /// The number that it was added with.
        var token: UInt64
        var isReadable: Bool
        var isWritable: Bool
        /// The connection is broken in both directions.
        var isBroken: Bool
    }

    private static let eventsMax = 512

    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: Poller.eventsMax)

    /// - Throws: `IOError` when the system has no room for another one.
    init() throws(IOError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        if descriptor < 0 { throw IOError(errnoCode: errno, reason: "epoll_create1") }
    }

    deinit { Glibc.close(descriptor) }

    /// Begins to watch a socket; `token` comes with its events.
    func add(_ socket: Int32, _ interest: Interest, token: UInt64) throws(IOError) {
        try control(EPOLL_CTL_ADD, socket, interest, token)
    }

    /// Changes what a socket is watched for.
    func change(_ socket: Int32, _ interest: Interest, token: UInt64) throws(IOError) {
        try control(EPOLL_CTL_MOD, socket, interest, token)
    }

    /// Watches a socket no more.
    func remove(_ socket: Int32) throws(IOError) {
        try control(EPOLL_CTL_DEL, socket, [], 0)
    }

    private func control(_ operation: Int32, _ socket: Int32, _ interest: Interest, _ token: UInt64) throws(IOError) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
        if epoll_ctl(descriptor, operation, socket, &event) != 0 {
            throw IOError(errnoCode: errno, reason: "epoll_ctl")
        }
    }

    /// Waits for events, at most that long, and appends them.
    mutating func wait(timeoutMilliseconds: Int32, into found: inout [Event]) {
        let count = epoll_wait(descriptor, &events, Int32(Poller.eventsMax), timeoutMilliseconds)
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let event = events[index]
            found.append(
                Event(
                    token: event.data.u64, isReadable: event.events & Interest.read.rawValue != 0,
                    isWritable: event.events & Interest.write.rawValue != 0,
                    isBroken: event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0))
        }
    }
}
