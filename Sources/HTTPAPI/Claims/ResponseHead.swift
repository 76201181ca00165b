import Journal
import NIOCore

/// The head of an answer on a claim route, written as bytes.
struct ResponseHead {
    /// What the body is.
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
    var isReplayed = false

    /// Appends status line, fields and the empty line.
    func write(to buffer: inout ByteBuffer, date: ByteBuffer) {
        ResponseHead.writeStatusLine(status, to: &buffer)
        buffer.writeStaticString(
            content == .json
                ? "Content-Type: application/json\r\nContent-Length: "
                : "Content-Type: application/problem+json\r\nContent-Length: ")
        Decimal.write(bodyBytes, to: &buffer)
        writeCommonFields(to: &buffer, date: date)
        if let retryAfterSeconds {
            buffer.writeStaticString("\r\nRetry-After: ")
            Decimal.write(retryAfterSeconds, to: &buffer)
        }
        if let allow {
            buffer.writeStaticString("\r\nAllow: ")
            buffer.writeString(allow)
        }
        if status == 401 { buffer.writeStaticString("\r\nWWW-Authenticate: Bearer") }
        if isReplayed { buffer.writeStaticString("\r\nIdempotent-Replayed: true") }
        buffer.writeStaticString("\r\n\r\n")
    }

    /// Appends the head of a batch's answer, whose length is not known yet.
    func writeStreaming(chunked: Bool, to buffer: inout ByteBuffer, date: ByteBuffer) {
        ResponseHead.writeStatusLine(status, to: &buffer)
        buffer.writeStaticString("Content-Type: application/x-ndjson")
        if chunked { buffer.writeStaticString("\r\nTransfer-Encoding: chunked") }
        writeCommonFields(to: &buffer, date: date)
        buffer.writeStaticString("\r\n\r\n")
    }

    private func writeCommonFields(to buffer: inout ByteBuffer, date: ByteBuffer) {
        buffer.writeStaticString("\r\nUsher-Position: ")
        Decimal.write(position.epoch, to: &buffer)
        buffer.writeStaticString("-")
        Decimal.write(position.sequence, to: &buffer)
        buffer.writeStaticString("\r\nDate: ")
        buffer.writeImmutableBuffer(date)
        if closes { buffer.writeStaticString("\r\nConnection: close") }
    }

    private static func writeStatusLine(_ status: Int, to buffer: inout ByteBuffer) {
        switch status {
        case 200: buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
        case 201: buffer.writeStaticString("HTTP/1.1 201 Created\r\n")
        case 409: buffer.writeStaticString("HTTP/1.1 409 Conflict\r\n")
        case 410: buffer.writeStaticString("HTTP/1.1 410 Gone\r\n")
        default:
            buffer.writeStaticString("HTTP/1.1 ")
            Decimal.write(status, to: &buffer)
            buffer.writeStaticString(" ")
            buffer.writeString(HTTPStatus.phrase(status))
            buffer.writeStaticString("\r\n")
        }
    }
}
