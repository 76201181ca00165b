import Domain
import Engine
import JSONText
import Replication

/// The problems there are, one place for each wording.
extension Problem {
    /// 408: the client was too slow.
    static var requestTimedOut: Problem { Problem(408, "request_timeout", "The request did not arrive in time.") }

    /// 503: the server took too long; the connection ends with it.
    static func notAnswered(mayHaveChanged: Bool) -> Problem {
        var problem =
            mayHaveChanged
            ? Problem(
                EngineError(
                    .outcomeUnknown, "This was begun and not answered in time; ask again to learn the outcome."))
            : Problem(503, "timed_out", "The server did not answer in time; nothing was changed, try again.")
        problem.retryAfterSeconds = 5
        problem.closes = true
        return problem
    }

    static func malformed(_ error: JSONError) -> Problem {
        Problem(422, "malformed", "The body is not valid JSON: \(error.reason) at byte \(error.offset).")
    }

    /// Fields that can not be accepted.
    static func invalid(_ errors: [String: [String]]) -> Problem {
        let texts = errors.keys.sorted().flatMap { field in (errors[field] ?? []).map { "\(field): \($0)" } }
        let more = texts.count - 1
        let suffix = more > 0 ? " (and \(more) more error\(more > 1 ? "s" : ""))" : ""
        var problem = Problem(422, "validation_failed", (texts.first ?? "The request is not valid.") + suffix)
        problem.errors = errors
        return problem
    }

    static func invalid(field: String, _ text: String) -> Problem { .invalid([field: [text]]) }

    static var unauthenticated: Problem {
        Problem(401, "unauthenticated", "Send a valid API key as 'Authorization: Bearer usher_…'.")
    }

    static func forbidden(_ scope: String) -> Problem {
        Problem(403, "forbidden", "This key does not have the scope '\(scope)' that the request needs.")
    }

    static func notFound(_ entity: String) -> Problem {
        Problem(404, "not_found", "\(entity) not found.")
    }

    static var routeNotFound: Problem { Problem(404, "not_found", "There is nothing at this path.") }

    static func methodNotAllowed(_ allow: String) -> Problem {
        var problem = Problem(405, "method_not_allowed", "This path has: \(allow).")
        problem.allow = allow
        return problem
    }

    static func bodyTooLarge(_ limit: Int) -> Problem {
        var problem = Problem(413, "body_too_large", "The body has more than \(limit) bytes.")
        problem.closes = true
        return problem
    }

    static var versionMismatch: Problem {
        Problem(412, "version_mismatch", "The resource changed since the version named in If-Match; read it again.")
    }

    /// 409: a later stream of the same follower was opened.
    static func late(_ error: Followers.Late) -> Problem {
        var problem = Problem(
            409, "late_registration",
            "A later stream of this follower was opened, with the registration \(error.registration).")
        problem.registration = error.registration
        return problem
    }

    static func feed(_ refusal: FeedRefusal) -> Problem { Problem(409, refusal.code, refusal.message) }

    static func overloaded() -> Problem {
        var problem = Problem(503, "overloaded", "The server takes no more claims right now; try again.")
        problem.retryAfterSeconds = 1
        return problem
    }

    static var tooManyConnections: Problem {
        var problem = Problem(503, "too_many_connections", "The server has as many connections as it may; try again.")
        problem.retryAfterSeconds = 1
        problem.closes = true
        return problem
    }

    static func tooManySnapshots(_ limit: Int) -> Problem {
        var problem = Problem(
            503, "too_many_snapshots", "\(limit) snapshots are being sent, which is the most; try again.")
        problem.retryAfterSeconds = 5
        return problem
    }

    static func internalError() -> Problem {
        Problem(500, "internal_error", "The server failed to answer; the log has the trace id.")
    }

    static func refused(_ refusal: Refusal, flag: RefusalFlag = .ok) -> Problem {
        var problem = Problem(refusal.reason.status, refusal.reason.code, refusal.detail)
        problem.refusal = refusal
        problem.flag = flag
        if problem.status == 429 { problem.retryAfterSeconds = Problem.abuseRetryAfterSeconds }
        return problem
    }

    /// How long somebody whom the abuse gate stopped should wait.
    static let abuseRetryAfterSeconds = 900

    init(_ error: EngineError) {
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

    init(_ rejection: Rejection) {
        switch rejection {
        case .notFound(let entity): self = .notFound(entity)
        case .invalidFields(let errors): self = .invalid(errors)
        case .conflict(let code, let message):
            let isInput = code.hasPrefix("vanity_") || code == "length_too_short" || code == "invalid_alphabet"
            self.init(isInput ? 422 : 409, code, message)
        case .versionMismatch: self = .versionMismatch
        case .refused(let refusal): self = .refused(refusal)
        }
    }
}
