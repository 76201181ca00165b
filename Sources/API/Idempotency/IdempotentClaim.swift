package import Domain
package import Engine
import JSONText
package import Journal
package import NIOCore
package import Wire

/// A claim that carries an `Idempotency-Key`: decided and remembered in one command.
package struct IdempotentClaim: Sendable {
    /// The answer, and the position that it is true at.
    package struct Answered: Sendable {
        package var stored: StoredAnswer
        package var isReplayed: Bool
        package var position: LogPosition
    }

    var command: ClaimCommand
    var access: Access
    var key: String
    var body: ByteBuffer
    var path: String
    var query: String?
    var answer: ClaimAnswer

    package init(
        _ command: ClaimCommand, access: Access, key: String, body: ByteBuffer, path: String, query: String?,
        answer: ClaimAnswer
    ) {
        self.command = command
        self.access = access
        self.key = key
        self.body = body
        self.path = path
        self.query = query
        self.answer = answer
    }

    /// Decides the claim, or replays the stored answer.
    package func run(on engine: Engine, through gate: IdempotencyGate) async -> Result<Answered, Problem> {
        do throws(Problem) {
            let request = try IdempotentRequest(
                field: key, access: access, method: "POST", path: path, query: query, body: body)
            guard gate.enter(request.key) else { throw .stillRunning }
            defer { gate.leave(request.key) }
            return .success(try await decide(request, engine))
        } catch {
            return .failure(error)
        }
    }

    private func decide(_ request: IdempotentRequest, _ engine: Engine) async throws(Problem) -> Answered {
        let decided: Decided<IdempotentRequest.Outcome<Result<StoredAnswer, Problem>>>
        do {
            decided = try await engine.decide { context throws(Rejection) in
                try request.decide(in: &context) { (context) throws(Rejection) in
                    let result = result(of: Claims.decide(command, in: &context), at: context.position)
                    return (result, try? result.get())
                }
            }
        } catch {
            throw Problem(anyError: error)
        }
        switch decided.value {
        case .decided(let result):
            return Answered(stored: try result.get(), isReplayed: false, position: decided.position)
        case .replayed(let stored):
            let position = engine.position
            return Answered(stored: stored.positioned(at: position), isReplayed: true, position: position)
        case .otherRequest: throw .idempotencyKeyReused
        }
    }

    private func result(of outcome: ClaimOutcome, at position: LogPosition) -> Result<StoredAnswer, Problem> {
        if case .refused(let refusal) = outcome { return .failure(.refused(refusal)) }
        var (answer, writer) = (answer, JSONWriter())
        answer.write(outcome, position: position, to: &writer)
        return .success(
            StoredAnswer(
                status: UInt16(ClaimAnswer.status(outcome)), body: Array(writer.buffer.readableBytesView)))
    }
}
