import API
import Engine
import HTTPTypes
import HummingbirdCore
import NIOCore
import Wire

/// Answers the requests that Hummingbird reads from a connection by the operations.
struct OperationResponder: Sendable {
    let api: NodeServices

    /// Answers a request; Hummingbird calls it.
    @concurrent
    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let incoming = IncomingRequest(
            method: request.method, target: request.head.path ?? "", headers: request.headers,
            body: RequestParts(request.body), client: channel.remoteAddress.flatMap { ClientNetwork($0) },
            isConnected: { channel.isActive })
        var response = Response(await OperationRunner.respond(to: incoming, api))
        response.headers[.date] = OperationResponder.date
        if request.method == .head { response = response.createHeadResponse() }
        try await writer.write(response: response.head, body: response.body)
    }

    private static var date: String {
        var text = ByteBuffer()
        TimeText.writeHTTPDate(seconds: Int(SystemClock().wallMilliseconds() / 1000), to: &text)
        return String(buffer: text)
    }
}
