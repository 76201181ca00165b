import Engine
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Invitations
import JSONText
import Journal
import NIOCore

/// Carries a request through what all routes have in common: key, position, body, idempotency, answer.
struct RouteRunner: Sendable {
    let api: API
    let route: Route

    func run(_ request: Request, _ context: APIContext) async throws -> Response {
        let access = try authenticate(request, context)
        try await waitForPosition(request)
        if !api.engine.decides, route.changesState { throw Problem(api.engine.notPrimaryError) }
        var body = ByteBuffer()
        if case .stream = route.body {} else { body = try await collect(request) }
        var parameters: [String: String] = [:]
        for name in route.pathParameters { parameters[name] = context.parameters.get(name) }
        let call = Call(api: api, request: request, parameters: parameters, access: access, body: body)
        let answer =
            switch route.work {
            case .read(let work): try await work(call)
            case .command(let make): try await decide(call, context.traceID, make)
            case .claim: throw Problem(api.engine.notPrimaryError)
            }
        let isConditional = request.method == .get || request.method == .head
        var response = answer.response(
            position: api.engine.position, ifNoneMatch: isConditional ? request.headers[.ifNoneMatch] : nil)
        // A node that does not decide says who does, to clients and to those who follow it.
        if !api.engine.decides { response.headers[.usherPrimary] = api.engine.standing.primary }
        return response
    }

    private func authenticate(_ request: Request, _ context: APIContext) throws(Problem) -> Access {
        if route.need == .nothing {
            return Access(tenant: .system, scopes: [], credential: EntityNumber(rawValue: 0), expiresAt: nil)
        }
        let access = try api.authenticator.resolve(
            authorization: request.headers[.authorization], tenant: request.headers[.usherTenant],
            from: context.remoteAddress
        ).get()
        guard access.allows(route.need) else { throw .forbidden(route.need.rawValue) }
        return access
    }

    private func waitForPosition(_ request: Request) async throws {
        guard let text = request.headers[.usherMinPosition] else { return }
        guard let position = LogPosition(text) else { throw Problem.badPosition }
        guard position > api.engine.position else { return }
        try await api.engine.wait(
            for: position, timeoutMilliseconds: PositionWait.milliseconds(request.headers[.usherWait]))
    }

    private func collect(_ request: Request) async throws -> ByteBuffer {
        let limit = ConnectionLimits.bodyBytesMax
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Problem.bodyTooLarge(limit)
        }
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Problem.bodyTooLarge(limit)
        }
    }

    // MARK: Commands

    private func decide(
        _ call: Call, _ traceID: TraceID, _ make: @Sendable (Call) throws -> Route.Command
    ) async throws -> Answer {
        guard let field = call.request.headers[.idempotencyKey] else {
            let command = try make(call)
            let decided = try await api.engine.decide { context throws(Rejection) in try command(&context) }
            return finished(decided)
        }
        let request = try IdempotentRequest(
            field: field, access: call.access, method: call.request.method.rawValue, path: call.request.uri.string,
            body: call.body)
        guard api.gate.enter(request.key) else { throw Problem.stillRunning }
        defer { api.gate.leave(request.key) }
        do {
            return try await decide(call, request, make)
        } catch {
            let problem = Problem(anyError: error)
            guard Idempotent.stores(problem) else { throw error }
            return try await store(problem, traceID, request)
        }
    }

    private func decide(
        _ call: Call, _ request: IdempotentRequest, _ make: @Sendable (Call) throws -> Route.Command
    ) async throws -> Answer {
        // A request that is malformed now may have been answered before: the stored answer comes first.
        let made = Result { try make(call) }
        let decided = try await api.engine.decide { context throws(Rejection) -> Result<Answer, Problem> in
            switch request.lookup(in: context) {
            case .replay(let record): return .success(Idempotent.answer(record))
            case .otherRequest: return .failure(.idempotencyKeyReused)
            case .fresh: break
            }
            switch made {
            case .failure(let error): return .failure(Problem(anyError: error))
            case .success(let command):
                let answer = try command(&context)
                if case .bytes(let body) = answer.body {
                    request.store(
                        UInt16(answer.status), kind: 0, body: Array(body.readableBytesView), in: &context)
                }
                return .success(answer)
            }
        }
        switch decided.value {
        case .success(let answer): return answer.isReplayed ? answer : finished(decided, answer)
        case .failure(let problem): throw problem
        }
    }

    /// Remembers a final error answer, after everything that the command wrote was taken back.
    private func store(_ problem: Problem, _ traceID: TraceID, _ request: IdempotentRequest) async throws -> Answer {
        var writer = JSONWriter()
        problem.write(to: &writer, traceID: traceID)
        let body = Array(writer.buffer.readableBytesView)
        let status = UInt16(problem.status)
        _ = try await api.engine.decide { context throws(Rejection) -> Bool in
            guard case .fresh = request.lookup(in: context) else { return false }
            request.store(status, kind: 1, body: body, in: &context)
            return true
        }
        throw problem
    }

    /// The answer at its position.
    ///
    /// What is answered on the user surface also says the position in its body.
    private func finished(_ decided: Decided<Answer>) -> Answer { finished(decided, decided.value) }

    private func finished(_ decided: Decided<some Sendable>, _ answer: Answer) -> Answer {
        var answer = answer.at(decided.position)
        guard route.operation == "confirmHold", case .bytes(var body) = answer.body else { return answer }
        body.moveWriterIndex(to: body.writerIndex - 1)
        body.writeString(",\"position\":\"\(decided.position)\"}")
        answer.body = .bytes(body)
        return answer
    }
}

/// Which answers are stored under an idempotency key, and how they come back.
enum Idempotent {
    /// Final answers are stored.
    ///
    /// What another attempt may turn into a success, or what was refused because of the key itself, is not.
    static func stores(_ problem: Problem) -> Bool {
        let isAboutTheKey = problem.code.hasPrefix("idempotency_")
        return problem.status >= 400 && problem.status < 500 && problem.status != 429 && !isAboutTheKey
    }

    static func answer(_ record: IdempotencyRecord) -> Answer {
        Answer(
            status: Int(record.status), type: record.kind == 1 ? "application/problem+json" : "application/json",
            body: .bytes(ByteBuffer(bytes: record.body)), isReplayed: true)
    }
}
