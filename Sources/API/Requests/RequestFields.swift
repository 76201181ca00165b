import Domain
package import HTTPTypes
package import Journal
package import Wire

/// Judges the header fields of a request besides its key, in one way for claims and all other operations.
package enum RequestFields {
    /// Fields that have one value: twice in a request they are an error.
    ///
    /// `Authorization` twice is no key at all (401); `If-Match` and `If-None-Match` are lists and are put together.
    package static let single: [HTTPField.Name] = [
        .idempotencyKey, .usherTenant, .usherMinPosition, .usherWait, .contentType,
    ]

    /// A position to wait for, and for how long.
    package struct Wait: Sendable {
        package var position: LogPosition
        package var timeoutMilliseconds: Int
    }

    /// Reads `Usher-Min-Position` and `Usher-Wait-Ms`.
    package static func wait(position: String?, milliseconds: String?) throws(Problem) -> Wait? {
        let timeout = try PositionWait.milliseconds(milliseconds)
        guard let position else { return nil }
        guard let position = LogPosition(position) else { throw .badPosition }
        return Wait(position: position, timeoutMilliseconds: timeout)
    }

    /// Judges key and fields in their order: an unknown key first, then the key's scope, then what the fields say.
    ///
    /// - Parameters:
    ///   - resolution: The access that the key stands for, or why it stands for none.
    ///   - need: The permission that the operation needs.
    ///   - problem: The fault of the fields, if there is one.
    /// - Returns: The access, or the first problem in that order.
    package static func judge(
        _ resolution: Authenticator.Resolution, need: Permission, _ problem: @autoclosure () -> Problem?
    ) -> Authenticator.Resolution {
        switch resolution {
        case .failure(let failure) where failure.status == 401 || failure.status == 429: return resolution
        case .success(let access) where !access.allows(need): return .failure(.forbidden(need.rawValue))
        case .success, .failure: return problem().map { .failure($0) } ?? resolution
        }
    }
}

extension HTTPFields {
    /// The value of `Authorization`; nil where there is none or more than one.
    package var singleAuthorization: String? {
        let values = self[values: .authorization]
        return values.count == 1 ? values[0] : nil
    }

    /// The problem of the first field that may come once and came again.
    package var repeatedFieldProblem: Problem? {
        RequestFields.single.first { self[values: $0].count > 1 }.map { .repeatedField($0.rawName) }
    }
}

extension Problem {
    static var badPosition: Problem {
        .invalid(field: "Usher-Min-Position", "Usher-Min-Position must be '<epoch>-<sequence>'.")
    }

    /// 400: a field with one value came twice.
    package static func repeatedField(_ name: String) -> Problem {
        var problem = Problem(400, "repeated_field", "Send the header field \(name) only once.")
        problem.errors = [name: ["Must be sent only once."]]
        return problem
    }

    /// 400: no `Host`, or more than one: whom the request is for is not certain, whatever its key says.
    package static var badHost: Problem {
        var problem = notHTTP
        problem.detail = "Send exactly one Host field."
        return problem
    }

    /// 400: bytes that are no HTTP/1.1 request.
    package static var notHTTP: Problem {
        var problem = Problem(400, "bad_request", "This is not a valid HTTP/1.1 request.")
        problem.closes = true
        return problem
    }
}
