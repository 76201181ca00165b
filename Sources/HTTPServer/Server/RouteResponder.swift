import Engine
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Answers the requests of a connection by the route that stands at their path.
struct RouteResponder: Sendable {
    let api: API

    /// What Hummingbird calls for each request.
    @concurrent
    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        var response = await respond(to: request, APIContext(request, from: channel.remoteAddress))
        response.headers[.date] = RouteResponder.date
        response.headers[.server] = "usher"
        if request.method == .head { response = response.createHeadResponse() }
        try await writer.write(response: response.head, body: response.body)
    }

    /// Runs the route, and turns whatever it throws into the one error body.
    private func respond(to request: Request, _ context: APIContext) async -> Response {
        do {
            let target = RequestTarget(request.head.path ?? "")
            guard let match = RouteTable.all.match(target) else { throw Problem.routeNotFound }
            guard let route = match.place.route(request.method.rawValue) else {
                throw Problem.methodNotAllowed(match.place.allow)
            }
            return try await RouteRunner(api: api, route: route, target: target, match: match)
                .run(request, context)
        } catch {
            let problem = Problem(anyError: error)
            if problem.status == 500 {
                // The error's type only: its text could carry what must not be in a log.
                api.logger.error(
                    "a request failed",
                    metadata: ["trace_id": "\(context.traceID.text)", "error": "\(type(of: error))"])
            }
            return problem.response(
                position: api.engine.position, traceID: context.traceID, path: request.uri.string)
        }
    }

    private static var date: String {
        var text = ByteBuffer()
        TimeText.writeHTTPDate(seconds: Int(SystemClock().wallMilliseconds() / 1000), to: &text)
        return String(buffer: text)
    }
}
