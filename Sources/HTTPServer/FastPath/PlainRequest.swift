import API
import HTTPTypes

/// Reads a claim request as clients send it, where it lies, without making objects.
///
/// Knows only what needs no judgement: HTTP/1.1, one `Content-Length`, no transfer coding, none of the fields that ask
/// for something special. Everything else is ``Scan/other`` and is read by the HTTP library, so that there is one
/// place that decides what a doubtful request means. The library reads every request that this accepts in the same way
/// (a test holds both to it).
struct PlainRequest: Equatable {
    /// The kind of the first bytes of a connection.
    enum Scan: Equatable {
        /// A whole request of that many bytes.
        case claim(PlainRequest, byteCount: Int)
        /// The beginning of one.
        case incomplete
        /// Not for this reader.
        case other
    }

    var isHold: Bool
    /// Where the value of `Authorization` lies, from the request's first byte on.
    var authorization: Range<Int>
    /// Where the value of `traceparent` lies, if there is one.
    var traceparent: Range<Int>?
    /// Where the body lies.
    var body: Range<Int>

    /// The request lines of the two claims, made of the table of routes.
    private static let lines = RequestLines(Operations.all)

    /// Reads the request that begins with these bytes.
    ///
    /// Linear, and independent of how often it is asked about the same beginning.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Scan {
        let isHold: Bool
        let lines = lines
        switch (match(bytes, lines.redeem), match(bytes, lines.hold)) {
        case (.whole, _): isHold = false
        case (_, .whole): isHold = true
        case (.begun, _), (_, .begun): return .incomplete
        default: return .other
        }
        var reader = FieldReader(bytes, offset: isHold ? lines.hold.count : lines.redeem.count)
        switch reader.readAll() {
        case .incomplete: return bytes.count > ConnectionLimits.headerBytesMax ? .other : .incomplete
        case .other: return .other
        case .whole: break
        }
        guard let authorization = reader.authorization, let length = reader.contentLength, reader.hasHost,
            length <= ConnectionLimits.bodyBytesMax
        else { return .other }
        let end = reader.offset + length
        guard bytes.count >= end else { return .incomplete }
        let request = PlainRequest(
            isHold: isHold, authorization: authorization, traceparent: reader.traceparent, body: reader.offset..<end)
        return .claim(request, byteCount: end)
    }

    private enum Match {
        case whole, begun, none
    }

    private static func match(_ bytes: UnsafeBufferPointer<UInt8>, _ line: UnsafeBufferPointer<UInt8>) -> Match {
        let count = min(bytes.count, line.count)
        for index in 0..<count where bytes[index] != line[index] { return .none }
        return count == line.count ? .whole : .begun
    }
}
