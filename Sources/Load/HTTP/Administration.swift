/// The server's administration, as a bench needs it: slow, complete requests, apart from the load.
public protocol Administration: Sendable {
    /// Sends a request and reads the whole answer.
    ///
    /// - Throws: an error that says what to do, for every status that is no success.
    func send(_ method: String, _ path: String, json: String?) async throws -> [UInt8]
}
