package import Domain
package import Journal
import NIOCore

/// An error answer: one body (RFC 9457) that serves programs (`code`), people (`message`) and the peer's app (`errors`).
///
/// Says nothing about detector rules, keys or other tenants.
package struct Problem: Error {
    /// The flag that a refusal carries beside `error`.
    package enum RefusalFlag {
        /// `"ok": false`
        case ok
        /// `"valid": false`
        case valid
    }

    /// The HTTP status.
    package var status: Int
    /// The stable word for programs.
    package var code: String
    /// The sentence for people: the fault, and the way out of it.
    package var detail: String
    /// The faults by field.
    package var errors = FieldErrors()
    /// Set when this is a claim's refusal.
    package var refusal: Refusal?
    /// The flag of a refusal.
    package var flag = RefusalFlag.ok
    /// Seconds after which trying again makes sense.
    package var retryAfterSeconds: Int?
    /// The methods that the resource has, for a 405.
    package var allow: String?
    /// The node that decides, for a 421.
    package var primary: String?
    /// The last registration of a follower, for a late one.
    package var registration: UInt64?
    /// The time that a refusal is judged by, where it is no decision.
    package var asOf: Timestamp?
    /// The position that a refusal is true at; nil means: where the node is when the answer leaves.
    package var position: LogPosition?
    /// Close the connection after this answer.
    package var closes = false

    package init(_ status: Int, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// The short name of the kind of problem: the same for all with this code.
    package var title: String { HTTPStatus.phrase(status) }

    /// Appends the body.
    package func write(to writer: inout JSONWriter, traceID: TraceID) {
        writer.raw("{\"type\":\"urn:usher:problem:")
        writer.buffer.writeString(code)
        writer.raw("\",\"title\":")
        writer.string(title)
        writer.raw(",\"status\":")
        writer.integer(status)
        writer.raw(",\"detail\":")
        writer.string(detail)
        writer.raw(",\"code\":")
        writer.string(code)
        writer.raw(",\"message\":")
        writer.string(detail)
        if let refusal { writeRefusal(refusal, to: &writer) }
        if !errors.isEmpty { writeErrors(to: &writer) }
        writer.raw(",\"trace_id\":\"")
        traceID.write(to: &writer.buffer)
        writer.raw("\"}")
    }

    private func writeRefusal(_ refusal: Refusal, to writer: inout JSONWriter) {
        writer.raw(flag == .ok ? ",\"ok\":false,\"error\":" : ",\"valid\":false,\"error\":")
        writer.string(refusal.reason.word)
        if let limit = refusal.limit {
            writer.raw(",\"limit\":")
            writer.string(limit.rawValue)
        }
        if let remaining = refusal.remaining {
            writer.raw(",\"remaining\":")
            writer.integer(remaining)
        }
        guard let ineligibility = refusal.ineligibility else { return }
        writer.raw(",\"reason\":")
        writer.string(ineligibility.reason.word)
        if let startsAt = ineligibility.startsAt {
            writer.raw(",\"starts_at\":")
            writer.time(startsAt)
        }
        if let endsAt = ineligibility.endsAt {
            writer.raw(",\"ends_at\":")
            writer.time(endsAt)
        }
    }

    private func writeErrors(to writer: inout JSONWriter) {
        writer.raw(",\"errors\":{")
        for (index, field) in errors.names.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(field)
            writer.raw(":[")
            for (index, text) in (errors[field] ?? []).enumerated() {
                if index > 0 { writer.raw(",") }
                writer.string(text)
            }
            writer.raw("]")
        }
        writer.raw("}")
    }
}
