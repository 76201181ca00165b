import Engine
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Answers the requests of a connection through the router.
struct RouterResponder<Responder: HTTPResponder>: Sendable where Responder.Context == APIContext {
    let responder: Responder
    let logger: Logger

    /// What Hummingbird calls for each request.
    @concurrent
    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let context = APIContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        var response = try await responder.respond(to: request, context: context)
        response.headers[.date] = RouterResponder.date
        response.headers[.server] = "usher"
        try await writer.write(response: response.head, body: response.body)
    }

    private static var date: String {
        var text = ByteBuffer()
        TimeText.writeHTTPDate(seconds: Int(SystemClock().wallMilliseconds() / 1000), to: &text)
        return String(buffer: text)
    }
}
