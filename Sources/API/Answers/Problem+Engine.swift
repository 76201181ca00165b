import Domain
package import Engine
package import Replication
package import Wire

/// The problems that errors of the engine and of followers become.
extension Problem {
    package static var stillRunning: Problem {
        var problem = Problem(
            409, "idempotency_in_progress",
            "The first request with this Idempotency-Key is still running. Send it again later.")
        problem.retryAfterSeconds = 1
        return problem
    }

    package static var idempotencyKeyReused: Problem {
        Problem(
            422, "idempotency_key_reused",
            "This Idempotency-Key was used for another request. Use a new key for a new request.")
    }

    /// Makes the problem of an error that a call into the engine threw.
    package init(anyError error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let rejection as Rejection: self.init(rejection)
        case let error as EngineError: self.init(error)
        default: self = .internalError()
        }
    }

    package init(_ error: EngineError) {
        switch error.code {
        case .overloaded:
            self.init(503, "overloaded", error.message)
            retryAfterSeconds = 1
        case .outcomeUnknown:
            self.init(503, "outcome_unknown", error.message)
            retryAfterSeconds = 5
        case .storageFailed, .damagedDirectory, .unusableDirectory:
            self.init(503, "storage_failed", error.message)
            retryAfterSeconds = 30
        case .diskFull:
            self.init(503, "disk_full", error.message)
            retryAfterSeconds = 30
        case .draining:
            self.init(503, "draining", error.message)
            retryAfterSeconds = 5
        case .notPrimary:
            self.init(421, "not_primary", error.message)
            primary = error.primary
        case .tooFewReplicas:
            self.init(503, "too_few_replicas", error.message)
            retryAfterSeconds = 1
        case .frameRejected:
            self.init(409, "frame_rejected", error.message)
        case .diverged:
            self.init(503, "diverged", error.message)
            retryAfterSeconds = 30
        case .positionNotReached:
            self.init(504, "position_not_reached", error.message)
        }
    }

    /// 409: a later stream of the same follower was opened.
    package static func late(_ error: Followers.Late) -> Problem {
        var problem = Problem(
            409, "late_registration",
            "A later stream of this follower was opened, with the registration \(error.registration).")
        problem.registration = error.registration
        return problem
    }

    package static func feed(_ refusal: FeedRefusal) -> Problem { Problem(409, refusal.word, refusal.message) }
}
