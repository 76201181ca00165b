import Journal
import NIOCore
import Wire

/// The head of an answer on a claim route, written as bytes.
struct ResponseHead {
    /// The kind of the body.
    enum Content {
        case json
        case problem
    }

    var status: Int
    var content: Content
    var position: LogPosition
    var bodyBytes: Int
    var closes: Bool
    var retryAfterSeconds: Int?
    var allow: String?

    /// Appends status line, fields and the empty line.
    func write(to text: inout some TextWriter, date: ByteBuffer) {
        ResponseHead.writeStatusLine(status, to: &text)
        text.raw(
            content == .json
                ? "Content-Type: application/json\r\nContent-Length: "
                : "Content-Type: application/problem+json\r\nContent-Length: ")
        text.integer(bodyBytes)
        writeCommonFields(to: &text, date: date)
        if let retryAfterSeconds {
            text.raw("\r\nRetry-After: ")
            text.integer(retryAfterSeconds)
        }
        if let allow {
            text.raw("\r\nAllow: ")
            text.plain(allow)
        }
        if status == 401 { text.raw("\r\nWWW-Authenticate: Bearer") }
        text.raw("\r\n\r\n")
    }

    /// Appends the head of a batch's answer, whose length is not known yet.
    func writeStreaming(chunked: Bool, to text: inout some TextWriter, date: ByteBuffer) {
        ResponseHead.writeStatusLine(status, to: &text)
        text.raw("Content-Type: application/x-ndjson")
        if chunked { text.raw("\r\nTransfer-Encoding: chunked") }
        writeCommonFields(to: &text, date: date)
        text.raw("\r\n\r\n")
    }

    private func writeCommonFields(to text: inout some TextWriter, date: ByteBuffer) {
        text.raw("\r\nUsher-Position: ")
        text.bare(position)
        text.raw("\r\nDate: ")
        date.withUnsafeReadableBytes { text.raw($0) }
        if closes { text.raw("\r\nConnection: close") }
    }

    private static func writeStatusLine(_ status: Int, to text: inout some TextWriter) {
        switch status {
        case 200: text.raw("HTTP/1.1 200 OK\r\n")
        case 201: text.raw("HTTP/1.1 201 Created\r\n")
        case 409: text.raw("HTTP/1.1 409 Conflict\r\n")
        case 410: text.raw("HTTP/1.1 410 Gone\r\n")
        default:
            text.raw("HTTP/1.1 ")
            text.integer(status)
            text.raw(" ")
            text.plain(HTTPStatus.phrase(status))
            text.raw("\r\n")
        }
    }
}
