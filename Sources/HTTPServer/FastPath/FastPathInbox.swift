internal import CLinux
import Engine
internal import Glibc
internal import NIOCore
import Synchronization

/// Takes what other threads hand to a loop: answers, new connections, the request to stop.
///
/// Wakes the loop at most once for all that lies there.
final class FastPathInbox: Sendable {
    struct Contents {
        var replies: [[ClaimReply]] = []
        var sockets: [Int32] = []
        var isDraining = false
    }

    /// Readable while there is something to take.
    let descriptor: Int32
    private let contents = Mutex(Contents())
    private let isSignalled = Atomic<Bool>(false)

    init() throws(IOError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        if descriptor < 0 { throw IOError(errnoCode: errno, reason: "eventfd") }
    }

    deinit {
        contents.withLock { for socket in $0.sockets { close(socket) } }
        close(descriptor)
    }

    func put(_ replies: [ClaimReply]) {
        contents.withLock { $0.replies.append(replies) }
        wake()
    }

    func put(socket: Int32) {
        contents.withLock { $0.sockets.append(socket) }
        wake()
    }

    func drain() {
        contents.withLock { $0.isDraining = true }
        wake()
    }

    private func wake() {
        guard !isSignalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        eventfd_write(descriptor, 1)
    }

    /// Takes everything; the wish to stop stays.
    func take() -> Contents {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        // Before the contents: what is put from here on signals anew.
        isSignalled.store(false, ordering: .sequentiallyConsistent)
        return contents.withLock { contents in
            let taken = contents
            contents.replies = []
            contents.sockets = []
            return taken
        }
    }
}
