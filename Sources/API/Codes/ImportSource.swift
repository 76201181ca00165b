import Domain
import HTTPTypes
import NIOCore

/// Reads the body of an import, a part at a time.
///
/// A big import has a place among those that are carried out, as long as this lives.
struct ImportSource {
    private(set) var reader: ImportReader
    /// Of the parts so far, where an answer is to be stored under them.
    private(set) var fingerprint: RequestFingerprint
    private let isKeyed: Bool
    private let request: IncomingRequest
    private let places: ImportPlaces
    private var parts: any AsyncIteratorProtocol<ByteBuffer, any Error>
    private var place: ImportPlaces.Place?
    private var isOver = false

    init(_ call: Call, isKeyed: Bool) {
        self.isKeyed = isKeyed
        reader = ImportReader(
            call.request.headers[.contentType].flatMap { ImportFormat(contentType: $0) }, ids: call.ids)
        fingerprint = RequestFingerprint(call)
        request = call.request
        places = call.api.threads.importPlaces
        parts = call.request.body.makeAsyncIterator()
    }

    /// The rows of the next part; nil behind the last one.
    mutating func next() async throws -> [ImportRow]? {
        if isOver { return nil }
        guard let chunk = try await parts.next(isolation: #isolation) else {
            isOver = true
            try reader.end()
            return reader.takeRows()
        }
        if isKeyed { fingerprint.take(chunk) }
        try reader.take(chunk)
        if place == nil, reader.rowCount > Codes.pieceMax { place = try await places.enter(for: request) }
        // Others of this lane have their turn after each part.
        await Task.yield()
        return reader.takeRows()
    }
}
