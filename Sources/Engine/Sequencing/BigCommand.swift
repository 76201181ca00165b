internal import Domain
internal import Synchronization

/// One command that touches too much for one turn of the sequencer, carried out piece by piece.
///
/// Its pieces are ordinary commands that wait in the inbox like all others, with rests between them, so claims wait
/// for one piece at most. Their results are hidden in a `PendingRange` until the last one. When it does not come,
/// because the process ends, the disk is full or another node has become the primary, the primary's loop removes the
/// range. The other way round, a `PendingRevocation` is decided by its first command, and the loop writes what is left.
final class BigCommand: Sendable {
    private let engine: Engine
    private let actor: Actor
    /// The number that tells this command's work apart, once it has begun.
    private let end = Mutex<EntityNumber?>(nil)

    private static let patienceNanoseconds: UInt64 = 30_000_000_000
    private static let look = Duration.milliseconds(2)
    private static let rest = Duration.milliseconds(10)

    private init(_ engine: Engine, by actor: Actor) {
        self.engine = engine
        self.actor = actor
    }

    /// Carries out a big command to its end, whether or not the caller still waits for it.
    ///
    /// - Throws: what `body` throws; `overloaded` when too many are carried out or left-overs of another are being
    ///   removed for longer than anybody would wait.
    static func run<Value: Sendable>(
        on engine: Engine, by actor: Actor, _ body: @escaping @Sendable (BigCommand) async throws -> Value
    ) async throws -> Value {
        let all = engine.shared.bigCommands
        guard all.enter() else { throw Engine.tooManyBigCommands }
        // A task of its own: the caller's may be cancelled when its client goes away.
        return try await Task(executorPreference: engine.bigCommandLane) {
            let command = BigCommand(engine, by: actor)
            defer {
                command.letGo()
                all.leave()
            }
            try await command.wait { !all.hasAbandoned.load(ordering: .acquiring) }
            return try await body(command)
        }.value
    }

    private func letGo() {
        guard let end = end.withLock({ $0 }) else { return }
        engine.shared.bigCommands.disown(end)
        engine.inbox.nudge()
    }

    // MARK: Steps

    /// Begins: takes the range in which everything will be hidden, or decides what the pieces write.
    ///
    /// `end` gives the number that tells the work apart.
    func begin<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value?,
        end: @escaping @Sendable (Value) -> EntityNumber
    ) async throws -> Value {
        let begun = try await decide { [self] context throws(Rejection) -> Value? in
            let value = try body(&context)
            // Here, so that the loop never takes it for an abandoned one.
            if let value { own(end(value)) }
            return value
        }
        guard let value = begun.value else { throw Engine.tooManyBigCommands }
        return value
    }

    private func own(_ number: EntityNumber) {
        engine.shared.bigCommands.own(number)
        end.withLock { $0 = number }
    }

    /// Carries out a hidden piece, as soon as there is room for it.
    ///
    /// - Throws: The rejection, or the reason why the command cannot continue; what it has hidden will not stay.
    func piece<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> BigCommandStep<Value>
    ) async throws -> Decided<Value> {
        try await wait { [engine] in engine.shared.bigCommands.hasRoom.load(ordering: .acquiring) }
        let start = engine.clock.monotonicNanoseconds()
        do {
            let decided = try await step(body)
            // Half of the time belongs to the others.
            let worked = engine.clock.monotonicNanoseconds() &- start
            try await engine.clock.sleep(for: .nanoseconds(Int64(clamping: worked)))
            return decided
        } catch let error as EngineError where error.code == .outcomeUnknown {
            // It is known: what nobody sees will be removed.
            throw engine.failure ?? Sequencer.tooFewReplicas
        }
    }

    /// Carries out the last piece: everything is there for everybody, at the position that it gives.
    func finish<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> BigCommandStep<Value>
    ) async throws -> Decided<Value> {
        try await step(body)
    }

    /// Removes what the pieces have stored; what cannot be removed now, the loop removes later.
    func giveUp() async {
        guard let end = end.withLock({ $0 }) else { return }
        var isLeft = true
        while isLeft {
            do {
                isLeft = try await piece { context throws(Rejection) in
                    .done(PendingRanges.removePiece(ofRangeBefore: end, in: &context))
                }.value
            } catch {
                return
            }
        }
    }

    private func step<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> BigCommandStep<Value>
    ) async throws -> Decided<Value> {
        while true {
            let decided = try await decide(body)
            switch decided.value {
            case .done(let value): return Decided(value: value, position: decided.position, time: decided.time)
            case .later:
                // A revocation is waited for, which is decided already and only written piece by piece: it has no other end.
                if let failure = engine.failure { throw failure }
                try await engine.clock.sleep(for: BigCommand.rest)
            case .lost:
                throw EngineError(
                    .overloaded, "Another node was the primary meanwhile; nothing of this command stays, try again.")
            }
        }
    }

    /// Decides a command; while too many wait, it is offered again, because all before it would be for nothing.
    private func decide<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value
    ) async throws -> Decided<Value> {
        let deadline = engine.clock.monotonicNanoseconds() &+ BigCommand.patienceNanoseconds
        while true {
            do {
                return try await engine.decide(by: actor, body)
            } catch let error as EngineError where error.code == .overloaded {
                guard engine.clock.monotonicNanoseconds() < deadline else { throw error }
                try await engine.clock.sleep(for: BigCommand.look)
            }
        }
    }

    private func wait(until condition: @Sendable () -> Bool) async throws {
        let deadline = engine.clock.monotonicNanoseconds() &+ BigCommand.patienceNanoseconds
        while !condition() {
            if let failure = engine.failure { throw failure }
            let isLate = engine.clock.monotonicNanoseconds() >= deadline
            guard !isLate, engine.isReady else { throw Engine.tooManyBigCommands }
            try await engine.clock.sleep(for: BigCommand.look)
        }
    }
}
