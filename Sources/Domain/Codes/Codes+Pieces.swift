// Commands that touch too many records for one turn of the sequencer. Each is a beginning, pieces and an end, every one
// of them an ordinary command; between them stands a range in `PendingRanges`.

extension Codes {
    /// The most codes or rows that are decided in one turn.
    public static let pieceMax = 1000
    /// The most bytes of long fields that are stored in one turn.
    static let pieceBytesMax = 256 << 10
    /// The most records that are removed in one turn.
    static let removalsMax = 3000
}
