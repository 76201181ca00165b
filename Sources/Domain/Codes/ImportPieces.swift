/// Gathers the rows of an import into pieces that one command can take without others noticing: bounded in rows and in
/// bytes.
public struct ImportPieces: Sendable {
    private var rows: [ImportRow] = []
    private var bytes = 0

    /// Begins with no row.
    public init() {}

    /// Takes the next row.
    ///
    /// - Returns: The piece before it, where that has no room for it.
    public mutating func take(_ row: ImportRow) -> [ImportRow]? {
        let more = row.terms.longBytes
        let isFull = rows.count == Codes.pieceMax || !rows.isEmpty && bytes + more > Codes.pieceBytesMax
        let piece = isFull ? takeRest() : nil
        rows.append(row)
        bytes += more
        return piece
    }

    /// The rows that are in no piece yet.
    public mutating func takeRest() -> [ImportRow] {
        defer {
            rows = []
            rows.reserveCapacity(Codes.pieceMax)
            bytes = 0
        }
        return rows
    }
}

extension CodeTerms {
    /// Bytes of the fields that are stored in parts.
    var longBytes: Int { (grant?.count ?? 0) + (metadata?.count ?? 0) }
}
