/// Control work with a typed answer.
final class Control<Value: Sendable>: ControlWork, Sendable {
    private let isReady: @Sendable (SequencerLoop) -> Bool
    private let body: @Sendable (SequencerLoop) throws(EngineError) -> Value
    private let answer: @Sendable (Result<Value, EngineError>) -> Void

    /// Makes control work.
    ///
    /// - Parameters:
    ///   - ready: True if the body can be called; asked in every step until it can.
    ///   - body: The work, on the sequencer's thread.
    ///   - answer: Called with the result.
    init(
        when ready: @escaping @Sendable (SequencerLoop) -> Bool = { _ in true },
        _ body: @escaping @Sendable (SequencerLoop) throws(EngineError) -> Value,
        answer: @escaping @Sendable (Result<Value, EngineError>) -> Void
    ) {
        isReady = ready
        self.body = body
        self.answer = answer
    }

    func isReady(in loop: SequencerLoop) -> Bool { isReady(loop) }

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
