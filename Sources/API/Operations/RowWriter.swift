import Domain
import NIOCore
import Wire

/// Writes things as rows, ndjson or CSV, and hands them out in chunks.
struct RowWriter<R: TableResource> {
    private let isCSV: Bool
    private let showing: Showing
    private var writer = JSONWriter()

    private static var chunkBytes: Int { 64 << 10 }

    init(format: RowFormat, ids: PublicIDs) {
        isCSV = format == .csv
        showing = Showing(ids: ids)
        if isCSV { R.writeHead(to: &writer) }
    }

    mutating func append(_ value: R.Value) {
        if isCSV { return R.writeRow(value, to: &writer, showing) }
        R.write(value, to: &writer, showing)
        writer.raw("\n")
    }

    /// Takes the rows written so far, once they fill a chunk.
    mutating func takeChunk() -> ByteBuffer? {
        writer.buffer.readableBytes >= RowWriter.chunkBytes ? takeRest() : nil
    }

    mutating func takeRest() -> ByteBuffer {
        let chunk = writer.buffer
        writer = JSONWriter()
        return chunk
    }
}
