import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// What travels with a request of the router.
struct APIContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var traceID: TraceID
    /// Where the request comes from.
    let remoteAddress: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
        var random = SystemRandomNumberGenerator()
        traceID = TraceID(using: &random)
    }
}

/// Turns whatever a route throws into the one error body, and unknown paths into 404 or 405.
struct ProblemMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let api: API

    @concurrent
    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let given = request.headers[.traceparent].flatMap(TraceID.init(traceparent:)) { context.traceID = given }
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return problem.response(api, request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return unknown(request).response(api, request, context)
        } catch {
            let problem = Problem(anyError: error)
            if problem.status == 500 {
                // The error's type only: its text could carry what must not be in a log.
                api.logger.error(
                    "a request failed",
                    metadata: ["trace_id": "\(context.traceID.text)", "error": "\(type(of: error))"])
            }
            return problem.response(api, request, context)
        }
    }

    private func unknown(_ request: Request) -> Problem {
        let methods = Routes.all.filter { $0.matches(request.uri.path) }.map(\.method.rawValue)
        guard !methods.isEmpty else { return .routeNotFound }
        return .methodNotAllowed(methods.sorted().joined(separator: ", "))
    }
}

extension Problem {
    /// The answer to a request of the router.
    fileprivate func response(_ api: API, _ request: Request, _ context: APIContext) -> Response {
        response(position: api.engine.position, traceID: context.traceID, path: request.uri.string)
    }
}
