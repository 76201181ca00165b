import Engine
import Invitations
import Journal
import NIOCore

/// Beginning and carrying out claims.
extension ClaimConnectionHandler {
    /// Begins a claim request: who is asking, and whether its body may come.
    ///
    /// False when that is not known yet.
    func begin(_ head: ClaimHead) -> Bool {
        guard let resolution = access(for: head) else {
            ask(for: head)
            return false
        }
        if head.expectsContinue, exchangeCount > 0 { return false }
        switch resolution {
        case .failure(let problem): refuse(head, problem)
        case .success(let access) where !access.allows(.claims): refuse(head, .forbidden("claims"))
        case .success(let access): begin(head, access)
        }
        return true
    }

    private func begin(_ head: ClaimHead, _ access: Access) {
        if head.route != .batch, let length = head.contentLength, length > ConnectionLimits.bodyBytesMax {
            return refuse(head, .bodyTooLarge(ConnectionLimits.bodyBytesMax))
        }
        if head.expectsContinue { writeContinue() }
        guard head.route == .batch else {
            inbound = .gathering(head, access, nil)
            return
        }
        if head.idempotencyKey != nil {
            return refuse(
                head,
                .invalid(
                    field: "Idempotency-Key",
                    "A batch takes no Idempotency-Key: every line is repeatable by its redeemer."))
        }
        let batch = BatchExchange(head: head, access: access)
        setStreaming()
        begin(batch)
        inbound = .batch(batch)
    }

    private func refuse(_ head: ClaimHead, _ problem: Problem) {
        inbound = .discarding
        // A client that waits for "100 Continue" does not send its body: the connection can not go on.
        let isKeepAlive = head.isKeepAlive && !head.expectsContinue
        answer(begin(isKeepAlive: isKeepAlive), problem, traceID: head.traceparent.flatMap(TraceID.init(traceparent:)))
    }

    // MARK: Questions before a claim

    /// Who is asking, if that is known and the node has reached the wanted position; nil when it has to be asked.
    private func access(for head: ClaimHead) -> Authenticator.Resolution? {
        if let asked {
            self.asked = nil
            if case .success(let access) = asked, let authorization = head.authorization {
                remembered = (authorization, head.tenant, loop.services.authenticator.generation, access)
            }
            return asked
        }
        if let text = head.minPosition {
            guard let position = LogPosition(text) else { return .failure(.badPosition) }
            if position > loop.services.engine.position { return nil }
        }
        let authenticator = loop.services.authenticator
        if let remembered, remembered.authorization == head.authorization, remembered.tenant == head.tenant,
            remembered.generation == authenticator.generation, !authenticator.isExpired(remembered.access)
        {
            return .success(remembered.access)
        }
        let generation = authenticator.generation
        let resolution = authenticator.resolve(
            authorization: head.authorization, tenant: head.tenant, from: context?.remoteAddress)
        if case .success(let access) = resolution, let authorization = head.authorization {
            remembered = (authorization, head.tenant, generation, access)
        }
        return resolution
    }

    /// Waits for the position that the request names, if its key is good; the request continues after that.
    private func ask(for head: ClaimHead) {
        isAsking = true
        let services = loop.services
        let minPosition = head.minPosition.flatMap { LogPosition($0) }
        let wait = head.waitMilliseconds
        let resolution = services.authenticator.resolve(
            authorization: head.authorization, tenant: head.tenant, from: context?.remoteAddress)
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        Task {
            var outcome = resolution
            if case .success = resolution, let minPosition {
                do throws(EngineError) {
                    try await services.engine.wait(
                        for: minPosition, timeoutMilliseconds: PositionWait.milliseconds(wait))
                } catch {
                    outcome = .failure(Problem(error))
                }
            }
            let answer = outcome
            bound.execute { handler in
                handler.isAsking = false
                handler.asked = answer
                handler.resume()
            }
        }
    }

    // MARK: One claim

    /// Carries out a claim whose body is complete.
    func claim(_ head: ClaimHead, _ access: Access, _ body: ByteBuffer) {
        let ordinal = begin(isKeepAlive: head.isKeepAlive)
        let command: ClaimCommand
        do throws(Problem) {
            command = try ClaimRequest.command(
                from: body, form: head.route == .hold ? .hold : .redeem, tenant: access.tenant)
        } catch {
            return answer(ordinal, error, traceID: head.traceparent.flatMap(TraceID.init(traceparent:)))
        }
        guard let text = head.idempotencyKey else {
            return loop.submit(command, from: self, ordinal: ordinal, isLine: false)
        }
        let traceID = head.traceparent.flatMap(TraceID.init(traceparent:)) ?? loop.makeTraceID()
        let claim = IdempotentClaim(
            command: command, access: access, key: text, body: body,
            path: head.route == .hold ? "/api/invitations/holds" : "/api/invitations/redeem",
            answer: loop.answer, traceID: traceID)
        let services = loop.services
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        Task {
            let result = await claim.run(services)
            bound.execute { handler in
                handler.answer(ordinal, result, traceID: traceID)
                handler.finishRound()
            }
        }
    }

    private func answer(_ ordinal: Int, _ result: Result<IdempotentClaim.Answered, Problem>, traceID: TraceID) {
        switch result {
        case .success(let answered):
            let closes = closesAfter(ordinal)
            answer(ordinal, loop.response(answered.stored, position: answered.position, closes: closes))
        case .failure(let problem):
            answer(ordinal, problem, traceID: traceID)
        }
    }

    // MARK: Batches

    /// A line's answer came from the sequencer.
    func lineAnswered(_ line: Int, _ reply: ClaimReply) {
        guard let batch = currentBatch else { return }
        batch.answered(line, reply, formatting: isFirst(batch) ? loop : nil)
    }

    /// A line could not be submitted.
    func lineRefused(_ line: Int, _ problem: Problem) {
        guard let batch = currentBatch else { return }
        batch.refused(line, problem)
    }

    /// Writes the answers that are ready, and reads on.
    func advanceBatch(_ batch: BatchExchange) {
        guard isFirst(batch), let context else { return }
        batch.isWritable = context.channel.isWritable
        batch.write(to: edge, loop: loop)
        batch.parse(for: self)
        if batch.isFinished {
            batch.writeEnd(to: edge, loop: loop)
            finishBatch(closes: !batch.isKeepAlive)
        }
    }
}

extension NIOLoopBound {
    /// Runs on the value's event loop.
    func execute(_ body: @escaping @Sendable (Value) -> Void) {
        eventLoop.execute { body(value) }
    }
}

extension Problem {
    static var badPosition: Problem {
        .invalid(field: "Usher-Min-Position", "Usher-Min-Position must be '<epoch>-<sequence>'.")
    }
}

/// The longest wait for a position that a request asks for.
enum PositionWait {
    static let millisecondsDefault = 2000
    static let millisecondsMax = 30_000

    /// Reads `Usher-Wait-Ms`; anything unreadable means the default.
    static func milliseconds(_ text: String?) -> Int {
        guard let text, let value = Int(text), value >= 0 else { return millisecondsDefault }
        return min(value, millisecondsMax)
    }
}
