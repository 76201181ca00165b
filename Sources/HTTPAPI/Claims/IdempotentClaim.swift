import Crypto
import Engine
import Invitations
import JSONText
import Journal
import NIOCore

/// An answer as it is stored under an idempotency key.
struct StoredAnswer: Sendable {
    var status: UInt16
    var body: [UInt8]
    var isReplayed: Bool
}

/// A claim that carries an `Idempotency-Key`: decided and remembered in one command.
struct IdempotentClaim: Sendable {
    /// The answer, and the position that it is true at.
    struct Answered: Sendable {
        var stored: StoredAnswer
        var position: LogPosition
    }

    var command: ClaimCommand
    var access: Access
    var key: String
    var body: ByteBuffer
    var path: String
    var answer: ClaimAnswer
    var traceID: TraceID

    /// Decides, or replays what was decided before.
    func run(_ services: ClaimLoop.Services) async -> Result<Answered, Problem> {
        do throws(Problem) {
            let request = try IdempotentRequest(
                field: key, access: access, method: "POST", path: path, body: body)
            guard services.gate.enter(request.key) else { throw .stillRunning }
            defer { services.gate.leave(request.key) }
            return .success(try await decide(request, services.engine))
        } catch {
            return .failure(error)
        }
    }

    private func decide(_ request: IdempotentRequest, _ engine: Engine) async throws(Problem) -> Answered {
        let decided: Decided<Result<StoredAnswer, Problem>>
        do {
            decided = try await engine.decide { context throws(Rejection) in
                switch request.lookup(in: context) {
                case .replay(let record):
                    return .success(StoredAnswer(status: record.status, body: record.body, isReplayed: true))
                case .otherRequest: return .failure(.idempotencyKeyReused)
                case .fresh: break
                }
                let outcome = Claims.decide(command, in: &context)
                let stored = render(outcome)
                if stored.status != 429 { request.store(stored.status, kind: 0, body: stored.body, in: &context) }
                return .success(stored)
            }
        } catch {
            throw Problem(anyError: error)
        }
        var stored = try decided.value.get()
        // The position is not known while the command is decided; it is added as the answer leaves. A replay shows
        // the position of the look-up, which has everything that the first answer promised.
        if stored.status < 400 { stored.body = IdempotentClaim.adding(decided.position, to: stored.body) }
        return Answered(stored: stored, position: decided.position)
    }

    private func render(_ outcome: ClaimOutcome) -> StoredAnswer {
        var writer = JSONWriter()
        if case .refused(let refusal) = outcome {
            Problem.refused(refusal).write(to: &writer, traceID: traceID)
        } else {
            var answer = answer
            answer.write(outcome, position: nil, to: &writer)
        }
        return StoredAnswer(
            status: UInt16(ClaimAnswer.status(outcome)), body: Array(writer.buffer.readableBytesView),
            isReplayed: false)
    }

    private static func adding(_ position: LogPosition, to body: [UInt8]) -> [UInt8] {
        body.dropLast() + Array(",\"position\":\"\(position)\"}".utf8)
    }
}
