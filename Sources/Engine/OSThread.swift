#if canImport(Glibc)
    internal import Glibc
#endif

/// A thread of the operating system: what the sequencer and the applier are pinned to.
///
/// `@unchecked Sendable`: the handle is written once, before the value is shared.
final class OSThread: @unchecked Sendable {
    private final class Body {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    private var handle = pthread_t()

    /// Starts a thread that runs `body` once.
    init(_ body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(Body(run: body)).toOpaque()
        let status = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                body.run()
                return nil
            }, argument)
        precondition(status == 0, "the system has room for one more thread")
    }

    /// Waits until the body has returned.
    ///
    /// Call once.
    func join() {
        pthread_join(handle, nil)
    }
}
