import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Wire

/// Carries a request through the steps that all operations share: key, fields, position, body, idempotency, answer.
package struct OperationRunner: Sendable {
    private let api: NodeServices
    private let operation: Operation
    private let target: RequestTarget
    private let match: OperationTable.Match

    /// Answers a request by the operation that stands at its path, on the threads of its lane.
    package static func respond(to request: IncomingRequest, _ api: NodeServices) async -> OutgoingResponse {
        let target = RequestTarget(request.target)
        let match = OperationTable.all.match(target)
        let operation = match?.place.operation(request.method.rawValue)
        let accessed = api.accessLog?.begin(request.method.rawValue, operation)
        var response: OutgoingResponse
        defer {
            if let accessed { api.accessLog?.end(accessed, status: response.status.code, traceID: request.traceID) }
        }
        guard let threads = api.threads.executor(operation?.lane ?? .vital) else {
            response = await answer(request, target, match, api)
            return response
        }
        response = await withTaskExecutorPreference(threads) { await answer(request, target, match, api) }
        if case .stream(let write) = response.body {
            response.body = .stream { writer in
                try await withTaskExecutorPreference(threads) { try await write(&writer) }
            }
        }
        return response
    }

    /// Answers a request, and turns every error into the one error body.
    @concurrent
    private static func answer(
        _ request: IncomingRequest, _ target: RequestTarget, _ match: OperationTable.Match?, _ api: NodeServices
    ) async -> OutgoingResponse {
        do {
            guard let match else { throw Problem.pathNotFound }
            guard let operation = match.place.operation(request.method.rawValue) else {
                throw Problem.methodNotAllowed(match.place.allow)
            }
            let response = try await OperationRunner(api: api, operation: operation, target: target, match: match)
                .run(request)
            api.figures.answers.add(.init(request, match, status: response.status.code, problem: nil))
            return response
        } catch {
            let problem = Problem(anyError: error)
            api.figures.answers.add(.init(request, match, status: problem.status, problem: problem.code))
            if problem.status >= 500 { log(problem, error, of: request, match, api) }
            return problem.response(
                position: api.engine.position, traceID: request.traceID, path: target.text)
        }
    }

    /// Writes down an answer that is not the client's fault.
    private static func log(
        _ problem: Problem, _ error: any Error, of request: IncomingRequest, _ match: OperationTable.Match?,
        _ api: NodeServices
    ) {
        let method = LogValue.text(AccessLog.word(request.method.rawValue))
        let route = LogValue.text(match?.place.path ?? AccessLog.other)
        let traceID = LogValue.text(request.traceID.text)
        if problem.status == 500 {
            // The error's type only: its text could carry what must not be in a log.
            api.log.write(
                .requestFailed, (.method, method), (.route, route), (.status, .number(500)), (.traceID, traceID),
                (.error, .text("\(type(of: error))")))
        } else {
            api.log.write(
                .requestRefused, (.method, method), (.route, route), (.status, .count(problem.status)),
                (.code, .text(problem.code)), (.retryAfter, problem.retryAfterSeconds.map { .number(Int64($0)) }),
                (.traceID, traceID))
        }
    }

    private func run(_ request: IncomingRequest) async throws -> OutgoingResponse {
        let access = try authenticate(request)
        if let wait = try wait(request), !api.engine.hasReached(wait.position) {
            try await api.engine.wait(for: wait.position, timeoutMilliseconds: wait.timeoutMilliseconds)
        }
        if !api.engine.decides, operation.needsPrimary { throw Problem(api.engine.notPrimaryError) }
        let body = operation.streamsBody ? ByteBuffer() : try await collect(request)
        let call = Call(
            api: api, request: request, target: target, path: match.path, parameters: match.parameters,
            query: try target.parameters(knownTo: operation), access: access, body: body)
        var answer =
            switch operation.work {
            case .query(let work), .feed(let work), .node(let work), .rows(let work): try await work(call)
            case .command(let make): try await decide(call, make)
            case .commands(let work): try await work(call) { make in try await decide(call, make) }
            case .claim(let claim): try await decide(call, claim)
            }
        answer = answer.rendered(Showing(ids: api.ids))
        if let entry = operation.logged, !answer.isReplayed { call.log(entry, answer) }
        answer.tag = answer.tag.map { EntityTag.add(epoch: api.engine.standing.epoch, to: $0) }
        let isConditional = request.method == .get || request.method == .head
        var response = answer.response(
            position: api.engine.position, ifNoneMatch: isConditional ? request.headers[.ifNoneMatch] : nil)
        // A node that does not decide names the primary, to clients and to its followers.
        if !api.engine.decides { response.headers[.usherPrimary] = api.engine.standing.primary }
        return response
    }

    /// Judges key and fields, the key first.
    private func authenticate(_ request: IncomingRequest) throws(Problem) -> Access {
        let nobody = Access(tenant: .system, scopes: [], credential: EntityNumber(rawValue: 0), expiresAt: nil)
        let resolution =
            operation.need == .nothing
            ? .success(nobody)
            : api.authenticator.resolve(
                authorization: request.headers.singleAuthorization, tenant: request.headers[.usherTenant],
                from: request.client)
        return try RequestFields.judge(resolution, need: operation.need, problem(request)).get()
    }

    /// Finds the first fault of the fields and the query.
    private func problem(_ request: IncomingRequest) -> Problem? {
        if let repeated = request.headers.repeatedFieldProblem { return repeated }
        do throws(Problem) {
            _ = try wait(request)
            _ = try target.parameters(knownTo: operation)
            return nil
        } catch {
            return error
        }
    }

    private func wait(_ request: IncomingRequest) throws(Problem) -> RequestFields.Wait? {
        try RequestFields.wait(
            position: request.headers[.usherMinPosition], milliseconds: request.headers[.usherWait])
    }

    private func collect(_ request: IncomingRequest) async throws -> ByteBuffer {
        let limit = OperationLimits.bodyBytesMax
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw Problem.bodyTooLarge(limit)
        }
        var body = ByteBuffer()
        for try await part in request.body {
            guard body.readableBytes + part.readableBytes <= limit else { throw Problem.bodyTooLarge(limit) }
            body.writeImmutableBuffer(part)
        }
        if case .none = operation.body, !OperationRunner.saysNothing(body) { throw Problem.unexpectedBody }
        return body
    }

    /// True if a body is empty, or an object without members: many clients send one with every POST.
    private static func saysNothing(_ body: ByteBuffer) -> Bool {
        JSONScanner.isBlank(body.readableBytesView) || (try? JSONTree.parse(body)) == .object(JSONObject())
    }

    // MARK: Commands

    /// Decides a claim that the connections did not take: one with an `Idempotency-Key`.
    private func decide(_ call: Call, _ claim: ClaimOperation) async throws -> Answer {
        guard let form = claim.form else { throw Problem(api.engine.notPrimaryError) }
        let clock = SystemClock()
        let begun = clock.monotonicNanoseconds()
        let result: Result<Answer, any Error>
        do {
            result = .success(try await decide(call) { call in try Operations.claim(form, call) })
        } catch {
            result = .failure(error)
        }
        // A stored answer is no decision, and neither is a problem that is no refusal.
        let isDecided =
            switch result {
            case .success(let answer): !answer.isReplayed
            case .failure(let error): (error as? Problem)?.refusal != nil
            }
        if isDecided { api.figures.claimAnswered(after: clock.monotonicNanoseconds() &- begun) }
        return try result.get()
    }

    private func decide(_ call: Call, _ make: @Sendable (Call) throws -> Operation.Command) async throws -> Answer {
        guard let field = call.request.headers[.idempotencyKey] else {
            let command = try make(call)
            let decided = try await api.engine.decide(by: call.access.actor) { context throws(Rejection) in
                try command(&context)
            }
            return try decided.value.decided(at: decided.position)
        }
        let request = try IdempotentRequest(
            field: field, access: call.access, method: call.request.method.rawValue, path: call.path,
            query: target.query, body: call.body)
        guard api.gate.enter(request.key) else { throw Problem.stillRunning }
        defer { api.gate.leave(request.key) }
        return try await decide(call, request, make)
    }

    private func decide(
        _ call: Call, _ request: IdempotentRequest, _ make: @Sendable (Call) throws -> Operation.Command
    ) async throws -> Answer {
        // A request that is malformed now may have been answered before: the stored answer comes first.
        let made = Result { try make(call) }
        let ids = api.ids
        let decided = try await api.engine.decide(by: call.access.actor) { context throws(Rejection) in
            try request.decide(in: &context) {
                (context) throws(Rejection) -> (Result<Answer, Problem>, StoredAnswer?) in
                switch made {
                case .failure(let error): return (.failure(Problem(anyError: error)), nil)
                case .success(let command):
                    let (stored, answer) = try command(&context).stored(ids)
                    return (.success(answer), answer.problem == nil ? StoredAnswer(stored) : nil)
                }
            }
        }
        switch decided.value {
        case .decided(let result): return try result.get().decided(at: decided.position)
        case .replayed(let stored):
            return (operation.carriesPosition ? stored.positioned(at: api.engine.position) : stored).answer
        case .otherRequest: throw Problem.idempotencyKeyReused
        }
    }
}

extension AnswerFigures.Kind {
    /// The kind of an answer to a request.
    fileprivate init(_ request: IncomingRequest, _ match: OperationTable.Match?, status: Int, problem: String?) {
        self.init(
            route: match?.place.path ?? "", method: request.method.rawValue, status: status, problem: problem)
    }
}

extension Problem {
    /// 422: the route takes no body.
    static var unexpectedBody: Problem {
        Problem(422, "unexpected_body", "This request takes no body; send none, or an empty object.")
    }
}
