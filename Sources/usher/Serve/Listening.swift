import NIOCore
import NIOPosix

/// Checks that an address is free.
enum Listening {
    /// Looks before anything is made: a first start that fails here must not have shown its only key.
    ///
    /// - Returns: the port: for port 0 one that is free.
    @discardableResult
    static func check(host: String, port: Int) async throws -> Int {
        do {
            let probe = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .bind(host: host, port: port).get()
            let free = probe.localAddress?.port ?? port
            try await probe.close()
            return free
        } catch let error as IOError {
            throw failure(host: host, port: port, error)
        }
    }

    static func failure(host: String, port: Int, _ error: IOError) -> CommandFailure {
        let reason =
            switch error.errnoCode {
            case EADDRINUSE: "another program listens there; stop it or choose another --listen"
            case EADDRNOTAVAIL: "this machine does not have that address"
            case EACCES: "ports below 1024 need more rights; choose a higher one"
            default: "\(error)"
            }
        return CommandFailure("\(host):\(port) cannot be listened on: \(reason).")
    }
}
