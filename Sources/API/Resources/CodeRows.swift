import Domain
import NIOCore
import Wire

/// Writes codes as rows, and hands them out in chunks.
struct CodeRows {
    private let format: CodeFormat
    private let resources: ResourceWriter
    private var writer = JSONWriter()

    private static let chunkBytes = 64 << 10

    init(format: CodeFormat, ids: PublicIDs) {
        self.format = format
        resources = ResourceWriter(ids: ids)
        if format == .csv {
            writer.raw(
                "code,state,max_uses,expires_at,current_uses,held,campaign_id,code_kind,issuer_id,id,created_at\r\n")
        }
    }

    mutating func append(_ code: CodeView) {
        if format == .csv {
            appendCSV(code)
        } else {
            resources.write(code, to: &writer)
            writer.raw("\n")
        }
    }

    /// Takes the rows written so far, once they fill a chunk.
    mutating func takeChunk() -> ByteBuffer? {
        writer.buffer.readableBytes >= CodeRows.chunkBytes ? takeRest() : nil
    }

    mutating func takeRest() -> ByteBuffer {
        let chunk = writer.buffer
        writer = JSONWriter()
        return chunk
    }

    private mutating func appendCSV(_ code: CodeView) {
        appendField(code.text)
        writer.raw(",")
        appendField(code.state.word)
        writer.raw(",")
        if let limit = code.capacity.limit { writer.integer(limit) }
        writer.raw(",")
        if let expiresAt = code.expiresAt { TimeText.write(expiresAt, to: &writer.buffer) }
        writer.raw(",")
        writer.integer(code.capacity.used)
        writer.raw(",")
        writer.integer(code.capacity.held)
        writer.raw(",")
        if let campaign = code.campaign { writer.integer(resources.ids.id(campaign)) }
        writer.raw(",")
        appendField(code.kind.word)
        writer.raw(",")
        if let issuer = code.issuer { appendField(issuer.text) }
        writer.raw(",")
        writer.integer(resources.ids.id(code.number))
        writer.raw(",")
        TimeText.write(code.createdAt, to: &writer.buffer)
        writer.raw("\r\n")
    }

    /// A field, quoted where RFC 4180 asks for it.
    ///
    /// A leading sign that spreadsheets run as a formula is quoted off.
    private mutating func appendField(_ text: String) {
        let isFormula = text.utf8.first.map { "=+-@\t".utf8.contains($0) } ?? false
        let needsQuotes = isFormula || text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needsQuotes else {
            writer.buffer.writeString(text)
            return
        }
        writer.raw("\"")
        if isFormula { writer.raw("'") }
        writer.buffer.writeString(
            text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))
        writer.raw("\"")
    }
}
