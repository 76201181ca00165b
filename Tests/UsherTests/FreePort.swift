@testable import usher

/// Ports that nothing listens on.
enum FreePort {
    /// Finds one; somebody else may take it later.
    static func find() async throws -> Int { try await Listening.check(host: "127.0.0.1", port: 0) }
}
