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
    /// The kind whose place it has; nil for one that needs none.
    private let kind: BigCommands.Kind?
    /// The number that tells this command's work apart, once it has begun.
    private let end = Mutex<EntityNumber?>(nil)

    private static let patienceNanoseconds: UInt64 = 30_000_000_000
    private static let look = Duration.milliseconds(2)
    private static let rest = Duration.milliseconds(10)

    /// Makes one that needs no place: what the state has room for bounds its kind.
    init(on engine: Engine, by actor: Actor, _ kind: BigCommands.Kind? = nil) {
        self.engine = engine
        self.actor = actor
        self.kind = kind
    }

    /// Takes a place among those that are carried out.
    ///
    /// - Throws: `overloaded` when there are too many.
    /// - Postcondition: The caller calls ``leave()`` at its end.
    static func enter(
        _ kind: BigCommands.Kind, on engine: Engine, by actor: Actor
    ) throws(EngineError) -> BigCommand {
        guard engine.shared.bigCommands.enter(kind) else { throw Engine.tooManyBigCommands }
        return BigCommand(on: engine, by: actor, kind)
    }

    /// Carries out a big command to its end, whether or not the caller still waits for it.
    ///
    /// - Throws: what `body` throws; `overloaded` when too many are carried out.
    static func run<Value: Sendable>(
        on engine: Engine, by actor: Actor, _ body: @escaping @Sendable (BigCommand) async throws -> Value
    ) async throws -> Value {
        let command = try enter(.whole, on: engine, by: actor)
        return try await command.task {
            defer { command.leave() }
            return try await body(command)
        }.value
    }

    /// Runs a part of it in a task of its own: the caller's may be cancelled when its client goes away.
    func task<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) -> Task<Value, any Error> {
        Task(executorPreference: engine.bigCommandLane) { try await body() }
    }

    /// Ends: the loop takes over what is left, and the place is free.
    func leave() {
        if let end = end.withLock({ $0 }) {
            engine.shared.bigCommands.disown(end)
            engine.inbox.nudge()
        }
        if let kind { engine.shared.bigCommands.leave(kind) }
    }

    // MARK: Steps

    /// Begins: takes the range in which everything will be hidden, once nothing is left of those that were given up.
    ///
    /// - Parameters:
    ///   - body: Takes the range; nil when there are too many.
    ///   - end: Gives the number that tells the work apart.
    /// - Returns: The result of `body`.
    /// - Throws: `overloaded` when there are too many, or when left-overs of another are being removed for longer than
    ///   anybody would wait.
    func begin<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value?,
        end: @escaping @Sendable (Value) -> EntityNumber
    ) async throws -> Value {
        try await wait { [engine] in !engine.shared.bigCommands.hasAbandoned.load(ordering: .acquiring) }
        let begun = try await decide { [self] context throws(Rejection) -> Value? in
            let value = try body(&context)
            // Here, so that the loop never takes it for an abandoned one.
            if let value { own(end(value)) }
            return value
        }
        guard let value = begun.value else { throw Engine.tooManyBigCommands }
        return value
    }

    /// Notes that this command carries out the work of a number, in the command that begins it.
    func own(_ number: EntityNumber) {
        engine.shared.bigCommands.own(number)
        end.withLock { $0 = number }
    }

    /// Carries out a hidden piece, as soon as there is room for it.
    ///
    /// - Throws: The rejection, or the reason why the command cannot continue; what it has hidden will not stay.
    func piece<Value: Sendable>(
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> BigCommandStep<Value>
    ) async throws -> Decided<Value> {
        try await waitForRoom()
        let start = engine.clock.monotonicNanoseconds()
        do {
            let decided = try await step(body)
            guard engine.shared.bigCommands.hasCompany.load(ordering: .acquiring) else { return decided }
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
        var (moved, seen) = (engine.clock.monotonicNanoseconds(), engine.position)
        while true {
            let decided = try await decide(body)
            switch decided.value {
            case .done(let value): return Decided(value: value, position: decided.position, time: decided.time)
            case .later:
                // A revocation is waited for, which is decided already and written piece by piece, however long it is: it
                // ends as long as the log moves.
                if let failure = engine.failure { throw failure }
                let now = engine.clock.monotonicNanoseconds()
                if engine.position != seen { (moved, seen) = (now, engine.position) }
                guard now &- moved < BigCommand.patienceNanoseconds else {
                    throw engine.obstacles.first?.error ?? Engine.tooManyBigCommands
                }
                try await engine.clock.sleep(for: BigCommand.rest)
            case .lost:
                throw EngineError(
                    .overloaded, "Another node was the primary meanwhile; nothing of this command stays, try again.")
            }
        }
    }

    /// Decides a command; while too many wait, it is offered again, because all before it would be for nothing.
    func decide<Value: Sendable>(
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

    private func waitForRoom() async throws {
        let all = engine.shared.bigCommands
        guard !all.hasRoom.load(ordering: .acquiring) else { return }
        all.awaitRoom(1)
        defer { all.awaitRoom(-1) }
        engine.inbox.nudge()
        try await wait { all.hasRoom.load(ordering: .acquiring) }
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
