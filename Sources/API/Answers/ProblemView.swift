import Domain
import JSONText
import Wire

/// A problem as clients see it: the declaration of what ``Problem/write(to:traceID:)`` writes.
///
/// The fast path writes problems without a walk over members; a test holds the two to be the same.
struct ProblemView: Resource {
    var problem: Problem
    var traceID: TraceID

    static let schemaName = "Problem"
    static let members: [Member<ProblemView>] = [
        Member("type", "The kind of problem as a URN.") { "urn:usher:problem:\($0.problem.code)" },
        Member("title", "The short name of the status.") { $0.problem.title },
        Member("status", "The HTTP status.") { $0.problem.status },
        Member("detail", "The fault and the way out of it, for people.") { $0.problem.detail },
        Member("code", "The kind of problem, for programs.") { $0.problem.code },
        Member("message", "The same as detail.") { $0.problem.detail },
        .optional("ok", "False: a claim was refused.") { $0.flag(.ok) },
        .optional("valid", "False: a code could not be redeemed.") { $0.flag(.valid) },
        .optional("error", "The reason of a refusal.") { $0.problem.refusal?.reason },
        .optional("limit", "The limit that was hit.") { $0.problem.refusal?.limit },
        .optional("remaining", "The places that are left, where that is a number.") { $0.problem.refusal?.remaining },
        .optional("reason", "The cause of an ineligible.") { $0.problem.refusal?.ineligibility?.reason },
        .optional("starts_at", "When the campaign opens, where that is the cause.") {
            $0.problem.refusal?.ineligibility?.startsAt
        },
        .optional("ends_at", "The last instant at which the campaign was open, where that is the cause.") {
            $0.problem.refusal?.ineligibility?.endsAt
        },
        .optional("errors", "The faults by member, dotted where they are nested.") {
            $0.problem.errors.isEmpty ? nil : $0.problem.errors
        },
        Member("trace_id", "The trace of the request, or a fresh one.") { $0.traceID.text },
    ]

    private func flag(_ flag: Problem.RefusalFlag) -> Bool? {
        problem.refusal != nil && problem.flag == flag ? false : nil
    }
}

extension RefusalReason: MemberWord {}

extension IneligibleReason: MemberWord {}

extension LimitKind: MemberWord {}

extension FieldErrors: MemberValue {
    static var schema: JSONTree { ["type": "object", "additionalProperties": [String].schema] }

    func write(to writer: inout JSONWriter, _ showing: Showing) {
        writer.raw("{")
        for (index, field) in names.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(field)
            writer.raw(":")
            (self[field] ?? []).write(to: &writer, showing)
        }
        writer.raw("}")
    }
}
