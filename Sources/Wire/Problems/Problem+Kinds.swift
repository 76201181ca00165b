package import Domain
package import JSONText

/// The problems that several operations can answer, each worded once.
extension Problem {
    /// 408: the client was too slow.
    package static var requestTimedOut: Problem {
        Problem(408, "request_timeout", "The request did not arrive completely in time. Send it again.")
    }

    /// 503: the server took too long; the connection ends with it.
    package static func notAnswered(mayHaveChanged: Bool) -> Problem {
        var problem =
            mayHaveChanged
            ? Problem(
                503, "outcome_unknown",
                "The request was begun but not answered in time. Send it again to learn the outcome.")
            : Problem(503, "timed_out", "The server did not answer in time and changed nothing. Send it again.")
        problem.retryAfterSeconds = 5
        problem.closes = true
        return problem
    }

    package static func malformed(_ error: JSONError) -> Problem {
        Problem(422, "malformed", "The body is not valid JSON: \(error.reason) at byte \(error.offset).")
    }

    /// Fields that cannot be accepted.
    package static func invalid(_ errors: FieldErrors) -> Problem {
        let texts = errors.names.flatMap { field in (errors[field] ?? []).map { "\(field): \($0)" } }
        let more = texts.count - 1
        let suffix = more > 0 ? " (and \(more) more error\(more > 1 ? "s" : ""))" : ""
        var problem = Problem(422, "validation_failed", (texts.first ?? "The request is not valid.") + suffix)
        problem.errors = errors
        return problem
    }

    package static func invalid(field: String, _ text: String) -> Problem { .invalid([field: [text]]) }

    package static var unauthenticated: Problem {
        Problem(401, "unauthenticated", "Send a valid API key as 'Authorization: Bearer usher_…'.")
    }

    package static func forbidden(_ scope: String) -> Problem {
        Problem(403, "forbidden", "This key does not have the scope '\(scope)' that the request needs.")
    }

    package static func notFound(_ entity: String) -> Problem {
        Problem(404, "not_found", "\(entity) not found.")
    }

    package static var pathNotFound: Problem {
        Problem(404, "not_found", "There is nothing at this path. The OpenAPI document lists every path.")
    }

    package static func methodNotAllowed(_ allow: String) -> Problem {
        var problem = Problem(405, "method_not_allowed", "This path only takes \(allow).")
        problem.allow = allow
        return problem
    }

    package static func bodyTooLarge(_ limit: Int) -> Problem {
        var problem = Problem(413, "body_too_large", "The body has more than \(limit) bytes.")
        problem.closes = true
        return problem
    }

    package static var versionMismatch: Problem {
        Problem(
            412, "version_mismatch",
            "The resource has changed since the version in If-Match. Read it again and repeat the change.")
    }

    package static var tooManyConnections: Problem {
        var problem = Problem(
            503, "too_many_connections", "The server has reached its limit of connections. Try again later.")
        problem.retryAfterSeconds = 1
        problem.closes = true
        return problem
    }

    package static func tooManySnapshots(_ limit: Int) -> Problem {
        var problem = Problem(
            503, "too_many_snapshots",
            "The server is already sending \(limit) snapshots, which is its limit. Try again later.")
        problem.retryAfterSeconds = 5
        return problem
    }

    package static func internalError() -> Problem {
        Problem(500, "internal_error", "The server failed to answer. Its log has an entry with this trace id.")
    }

    package static func refused(_ refusal: Refusal, flag: RefusalFlag = .ok) -> Problem {
        var problem = Problem(refusal.reason.status, refusal.reason.word, refusal.detail)
        problem.refusal = refusal
        problem.flag = flag
        if problem.status == 429 { problem.retryAfterSeconds = Problem.abuseRetryAfterSeconds }
        return problem
    }

    /// Seconds to wait after a refusal by the abuse rules.
    package static let abuseRetryAfterSeconds = 900

    package init(_ rejection: Rejection) {
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
