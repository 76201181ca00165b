internal import Domain
internal import Journal

/// A general command with a typed answer.
///
/// `@unchecked Sendable`: `outcome` is touched by the sequencer's thread only; the rest never changes.
final class Decision<Value: Sendable>: GeneralWork, @unchecked Sendable {
    let isView: Bool
    let actor: Actor
    private let body: @Sendable (inout DecisionContext) throws(Rejection) -> Value
    private let answer: @Sendable (Result<Decided<Value>, any Error>) -> Void
    private var outcome: Result<Value, Rejection>?

    init(
        isView: Bool = false, by actor: Actor = .host,
        _ body: @escaping @Sendable (inout DecisionContext) throws(Rejection) -> Value,
        answer: @escaping @Sendable (Result<Decided<Value>, any Error>) -> Void
    ) {
        self.isView = isView
        self.actor = actor
        self.body = body
        self.answer = answer
    }

    func decide(in context: inout DecisionContext) throws(Rejection) {
        do {
            outcome = .success(try body(&context))
        } catch {
            outcome = .failure(error)
            throw error
        }
    }

    func complete(position: LogPosition, time: Timestamp) {
        guard let outcome else { preconditionFailure("a command is decided before it is completed") }
        switch outcome {
        case .success(let value): answer(.success(Decided(value: value, position: position, time: time)))
        case .failure(let rejection): answer(.failure(rejection))
        }
    }

    func fail(_ error: EngineError) {
        answer(.failure(error))
    }
}
