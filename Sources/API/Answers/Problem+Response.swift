import HTTPTypes
import Journal
import NIOCore
import Wire

extension Problem {
    /// The HTTP response.
    ///
    /// - Parameter path: what was asked for, with its query: where to ask again on the primary.
    func response(position: LogPosition, traceID: TraceID, path: String) -> OutgoingResponse {
        var writer = JSONWriter()
        write(to: &writer, traceID: traceID)
        var fields = HTTPFields()
        fields[.contentType] = "application/problem+json"
        fields[.contentLength] = String(writer.buffer.readableBytes)
        fields[.usherPosition] = position.description
        if let asOf { fields[.usherAsOf] = TimeText.text(asOf) }
        if let retryAfterSeconds { fields[.retryAfter] = String(retryAfterSeconds) }
        if let allow { fields[.allow] = allow }
        if let registration { fields[.usherRegistration] = String(registration) }
        if let primary {
            fields[.usherPrimary] = primary
            fields[.location] = primary + path
        }
        if status == 401 { fields[.wwwAuthenticate] = "Bearer" }
        if closes { fields[.connection] = "close" }
        return OutgoingResponse(
            .init(code: status, reasonPhrase: HTTPStatus.phrase(status)), fields, .bytes(writer.buffer))
    }
}
