import API
import Domain
import Engine
import Journal
import NIOCore
import Wire

/// Beginning and carrying out claims.
extension ClaimConnectionHandler {
    /// Begins a claim request: who is asking, and whether its body may come.
    ///
    /// False when that is not known yet.
    func begin(_ head: ClaimHead) -> Bool {
        if head.expectsContinue, exchangeCount > 0 { return false }
        guard let resolution = resolution(of: head) else { return false }
        switch resolution {
        case .failure(let problem): refuse(head, problem)
        case .success(let access): begin(head, access)
        }
        return true
    }

    private func begin(_ head: ClaimHead, _ access: Access) {
        if head.claim != .batch, let length = head.contentLength, length > ConnectionLimits.bodyBytesMax {
            return refuse(head, .bodyTooLarge(ConnectionLimits.bodyBytesMax))
        }
        if head.expectsContinue { writeContinue() }
        guard head.claim == .batch else {
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
        let batch = BatchExchange(head: head, access: access, tick: loop.tick)
        setStreaming()
        begin(batch)
        inbound = .batch(batch)
    }

    private func refuse(_ head: ClaimHead, _ problem: Problem) {
        inbound = .discarding
        // A client that waits for "100 Continue" does not send its body: the connection cannot go on.
        let isKeepAlive = head.isKeepAlive && !head.expectsContinue
        answer(begin(isKeepAlive: isKeepAlive), problem, traceID: head.traceparent.flatMap(TraceID.init(traceparent:)))
    }

    // MARK: Questions before a claim

    /// Who is asking, once the node has reached the wanted position; nil while that is waited for.
    private func resolution(of head: ClaimHead) -> Authenticator.Resolution? {
        if let asked {
            self.asked = nil
            return asked
        }
        let resolution = RequestFields.judge(access(for: head), need: .claims, head.problem)
        guard case .success = resolution, let wait = try? head.wait(),
            !loop.services.engine.hasReached(wait.position)
        else { return resolution }
        self.wait(wait, before: resolution)
        return nil
    }

    private func access(for head: ClaimHead) -> Authenticator.Resolution {
        let authenticator = loop.services.authenticator
        if let remembered, remembered.authorization == head.authorization, remembered.tenant == head.tenant,
            remembered.generation == authenticator.generation, !authenticator.isExpired(remembered.access)
        {
            return .success(remembered.access)
        }
        let generation = authenticator.generation
        let resolution = authenticator.resolve(
            authorization: head.authorization, tenant: head.tenant,
            from: context?.remoteAddress.flatMap { ClientNetwork($0) })
        if case .success(let access) = resolution, let authorization = head.authorization {
            remembered = (authorization, head.tenant, generation, access)
        }
        return resolution
    }

    /// Waits for the position that the request names; the request continues after that.
    private func wait(_ wait: RequestFields.Wait, before resolution: Authenticator.Resolution) {
        isAsking = true
        let engine = loop.services.engine
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        Task {
            var outcome = resolution
            do throws(EngineError) {
                try await engine.wait(for: wait.position, timeoutMilliseconds: wait.timeoutMilliseconds)
            } catch {
                outcome = .failure(Problem(error))
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
                from: body, form: head.claim == .hold ? .hold : .redeem, tenant: access.tenant)
        } catch {
            return answer(ordinal, error, traceID: head.traceparent.flatMap(TraceID.init(traceparent:)))
        }
        guard let text = head.idempotencyKey else {
            return loop.submit(command, from: self, ordinal: ordinal, isLine: false)
        }
        let traceID = head.traceparent.flatMap(TraceID.init(traceparent:)) ?? loop.makeTraceID()
        let claim = IdempotentClaim(
            command, access: access, key: text, body: body, path: head.operation.path, query: head.target.query,
            answer: loop.answer)
        let services = loop.services
        let bound = NIOLoopBound(self, eventLoop: loop.eventLoop)
        Task {
            let result = await claim.run(on: services.engine, through: services.gate)
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
            answer(ordinal, loop.response(answered, closes: closes))
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

    /// Goes on with a batch after the others of the event loop.
    private func scheduleTurn(_ batch: BatchExchange) {
        guard !batch.isTurnDue else { return }
        batch.isTurnDue = true
        let bound = NIOLoopBound((self, batch), eventLoop: loop.eventLoop)
        // Not at once: the loop does all that is to be done at once before it looks at other connections.
        loop.eventLoop.scheduleTask(in: .microseconds(100)) {
            let (handler, batch) = bound.value
            batch.isTurnDue = false
            batch.beginTurn()
            handler.finishRound()
        }
    }

    /// Writes the answers that are ready, and reads on.
    func advanceBatch(_ batch: BatchExchange) {
        guard isFirst(batch), let context else { return }
        // Lines that are refused as they are read make room at once; nobody else would come back for the rest.
        repeat {
            batch.isWritable = context.channel.isWritable
            batch.write(to: edge, loop: loop)
            batch.isWritable = context.channel.isWritable
            batch.parse(for: self)
        } while batch.hasAnswer && batch.isWritable
        if batch.isOutOfTurn { scheduleTurn(batch) }
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
