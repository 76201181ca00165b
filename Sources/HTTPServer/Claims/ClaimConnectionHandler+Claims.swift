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
        // A client that waits for "100 Continue" does not send its body, so the connection cannot continue.
        let isKeepAlive = head.isKeepAlive && !head.expectsContinue
        answer(begin(isKeepAlive: isKeepAlive, head.traceID, head.claim), problem)
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
        var authorization = head.authorization ?? ""
        let known = authorization.withUTF8 {
            remembered?.access(UnsafeRawBufferPointer($0), tenant: head.tenant, by: authenticator)
        }
        if let known { return .success(known) }
        let generation = authenticator.generation
        let resolution = authenticator.resolve(
            authorization: head.authorization, tenant: head.tenant,
            from: context?.remoteAddress.flatMap { ClientNetwork($0) })
        if case .success(let access) = resolution {
            remembered = authorization.withUTF8 {
                RememberedKey(UnsafeRawBufferPointer($0), tenant: head.tenant, generation: generation, access: access)
            }
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
        let ordinal = begin(isKeepAlive: head.isKeepAlive, head.traceID, head.claim)
        let command: ClaimCommand
        do throws(Problem) {
            command = try ClaimRequest.command(
                from: body, form: head.claim.form ?? .redeem, tenant: access.tenant)
        } catch {
            return answer(ordinal, error)
        }
        loop.submit(command, by: access.actor, from: self, ordinal: ordinal, isLine: false)
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

    /// Continues a batch after the others of the event loop.
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
