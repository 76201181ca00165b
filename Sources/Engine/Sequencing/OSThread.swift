internal import CLinux

#if canImport(Glibc)
    internal import Glibc
#endif

/// A thread of the operating system, for loops that wait on their own: the sequencer, the applier, the fast path.
///
/// `@unchecked Sendable`: the handle is written once, before the value is shared.
package final class OSThread: WorkThread, @unchecked Sendable {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(_ name: String, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    private var handle = pthread_t()

    /// Starts a thread that runs `body` once.
    ///
    /// - Parameters:
    ///   - name: The name that `top -H` shows; the system keeps the first 15 bytes.
    ///   - body: The work of the thread.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(Body(name, run: body)).toOpaque()
        let status = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                usher_name_this_thread(body.name)
                body.run()
                return nil
            }, argument)
        precondition(status == 0, "the system has room for one more thread")
    }

    /// Waits until the body has returned.
    ///
    /// Call once.
    package func join() {
        pthread_join(handle, nil)
    }
}
