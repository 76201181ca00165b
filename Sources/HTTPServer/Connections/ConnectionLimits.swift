import API

/// The limits on one connection.
struct ConnectionLimits: Sendable {
    /// The most bytes of a body that is not streamed.
    static var bodyBytesMax: Int { OperationLimits.bodyBytesMax }
    /// The most bytes of all header fields of a request.
    static let headerBytesMax = 32_768
    /// Claims of one connection that may wait for the sequencer at once; more are read later.
    static let claimsInFlightMax = 256
    /// Lines of one batch that may wait for the sequencer or for the client to read their answers.
    static let linesInFlightMax = 8192
    /// Lines of one batch that are refused as they are read before others on the same event loop have their turn.
    static let refusalsPerTurn = 256
    /// Seconds that a client has to close its side after ours has ended.
    static let lingerSeconds = 2
    /// Seconds in which a client and the server must have agreed on TLS.
    static let handshakeSeconds: Int64 = 10
    /// Connections beyond the limit that are asked what they want: health is answered, all else is told 503.
    static let beyondMax = 32
    /// Seconds in which such a connection must have said it.
    static let beyondSeconds = 5
    /// The most bytes of the first line of its request.
    static let beyondBytesMax = 4096
    /// The most lines of a batch.
    var batchLinesMax = 100_000
    /// Seconds in which a request must arrive, from its first byte; a streamed body: between two of its parts.
    var requestSeconds = 30
    /// Seconds that a connection may be open with nothing to do.
    var idleSeconds = 75
    /// Seconds that a client may leave answers unread.
    var writeSeconds = 30
    /// Seconds in which a claim is answered, from when it was handed to the sequencer; then its outcome is not known.
    var claimSeconds = 30
    /// Seconds in which a line of a batch must find room among the commands that wait; then nothing has happened.
    var lineSeconds = 10
    /// Seconds in which any other request is answered, from its end on, and between two parts of its answer.
    var routeSeconds = 120
    /// Seconds for what is under way when the server drains.
    var drainSeconds = 5
}
