import Crypto
import Domain
import Engine
import Journal
import NIOCore
import NIOHTTP1
import Store

extension Problem {
    static var stillRunning: Problem {
        var problem = Problem(409, "idempotency_in_progress", "The first request with this key is still running.")
        problem.retryAfterSeconds = 1
        return problem
    }

    static var idempotencyKeyReused: Problem {
        Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another request.")
    }

    /// What a call into the engine threw.
    init(anyError error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case is HTTPParserError: self = .notHTTP
        case let rejection as Rejection: self.init(rejection)
        case let error as EngineError: self.init(error)
        default: self = .internalError()
        }
    }
}
