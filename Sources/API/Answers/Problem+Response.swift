import HTTPTypes
import Journal
import NIOCore
import Wire

extension Problem {
    /// The HTTP response.
    ///
    /// - Parameters:
    ///   - position: The position of the node.
    ///   - traceID: The trace id that the body names.
    ///   - path: The path and the query of the request, for the link to the primary.
    /// - Returns: The response.
    func response(position: LogPosition, traceID: TraceID, path: String) -> OutgoingResponse {
        var writer = JSONWriter()
        write(to: &writer, traceID: traceID)
        var fields = HTTPFields()
        fields[.contentType] = "application/problem+json"
        fields[.contentLength] = String(writer.buffer.readableBytes)
        fields[.usherPosition] = (self.position ?? position).description
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
