/// Control work with a typed answer.
final class Control<Value: Sendable>: ControlWork, Sendable {
    private let body: @Sendable (SequencerLoop) throws(EngineError) -> Value
    private let answer: @Sendable (Result<Value, EngineError>) -> Void

    init(
        _ body: @escaping @Sendable (SequencerLoop) throws(EngineError) -> Value,
        answer: @escaping @Sendable (Result<Value, EngineError>) -> Void
    ) {
        self.body = body
        self.answer = answer
    }

    func run(in loop: SequencerLoop) {
        let result: Result<Value, EngineError>
        do throws(EngineError) {
            result = .success(try body(loop))
        } catch {
            result = .failure(error)
        }
        answer(result)
    }

    func fail(_ error: EngineError) {
        answer(.failure(error))
    }
}
