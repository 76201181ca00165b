import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
package import NIOCore
import Wire

/// The answer of an operation, before it becomes HTTP.
package struct Answer: Sendable {
    /// The body.
    package enum Body: Sendable {
        case bytes(ByteBuffer)
        case stream(@concurrent @Sendable (inout any AnswerStream) async throws -> Void)
    }

    var status = 200
    var type = "application/json"
    var body: Body
    /// The strong tag of a single resource or list.
    var tag: String?
    /// The address of a list's next page.
    var next: String?
    /// The position that the answer is true at; nil for the position of the node at the time of sending.
    var position: LogPosition?
    /// The time that the answer is judged by, where it depends on the time.
    var asOf: Timestamp?
    /// The answer is a stored one.
    var isReplayed = false
    /// Set for a decision that stands and gives nothing: answered in place of a body, and not stored.
    private(set) var problem: Problem?

    /// The body while it is a value; ``rendered(_:)`` makes text of it.
    var shown: ShownBody?

    /// A resource in its wrapping, still a value: this costs nothing on the thread that decides.
    ///
    /// `isTagged` asks for a tag also where the resource has no version.
    static func shown<R: Resource>(_ shape: AnswerShape<R>, _ value: R.Value, isTagged: Bool = false) -> Answer {
        var answer = Answer(status: shape.status, body: .bytes(ByteBuffer()))
        answer.shown = ShownBody(
            hasSecrets: !R.secrets.isEmpty, version: R.tagVersion?(value), isTagged: isTagged || R.tagVersion != nil
        ) { writer, showing in shape.write(value, to: &writer, showing) }
        return answer
    }

    /// `{"data": […]}`, still values.
    static func shown<R: Resource>(
        _ status: Int, listOf resource: R.Type, count: Int, _ value: @escaping @Sendable (Int) -> R.Value
    ) -> Answer {
        var answer = Answer(status: status, body: .bytes(ByteBuffer()))
        answer.shown = ShownBody(hasSecrets: !R.secrets.isEmpty, version: nil, isTagged: false) { writer, showing in
            writer.raw("{\"data\":[")
            for index in 0..<count {
                if index > 0 { writer.raw(",") }
                R.write(value(index), to: &writer, showing)
            }
            writer.raw("]}")
        }
        return answer
    }

    /// The same answer as text.
    func rendered(_ showing: Showing) -> Answer {
        guard let shown else { return self }
        var answer = self
        let (body, tag) = shown.text(showing)
        answer.body = .bytes(body)
        answer.tag = tag
        answer.shown = nil
        return answer
    }

    /// The answer to store and the one to send now, which is text already unless it shows more than may be stored.
    func stored(_ ids: PublicIDs) -> (stored: Answer, sent: Answer) {
        let stored = rendered(Showing(ids: ids, extent: .stored))
        return (stored, shown?.hasSecrets == true ? self : stored)
    }

    /// JSON that the closure writes.
    static func json(_ status: Int = 200, _ write: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        write(&writer)
        return Answer(status: status, body: .bytes(writer.buffer))
    }

    static func text(
        _ text: String, status: Int = 200, type: String = "text/plain; charset=utf-8"
    ) -> Answer {
        Answer(status: status, type: type, body: .bytes(ByteBuffer(string: text)))
    }

    /// A refusal that is decided: unlike a thrown ``Rejection`` it takes back nothing of what the decision wrote.
    static func refused(_ refusal: Refusal) -> Answer {
        var answer = Answer(body: .bytes(ByteBuffer()))
        answer.problem = .refused(refusal)
        return answer
    }

    /// The same answer, at the position that it was decided at.
    ///
    /// - Throws: the problem of a refusal, at that position.
    func decided(at position: LogPosition) throws(Problem) -> Answer {
        guard var problem else { return at(position) }
        problem.position = position
        throw problem
    }

    /// The same answer, at a position.
    func at(_ position: LogPosition) -> Answer {
        var answer = self
        answer.position = position
        return answer
    }

    /// The same answer, at the position and the time that it was read at.
    func read(_ decided: Decided<some Sendable>) -> Answer {
        var answer = at(decided.position)
        answer.asOf = decided.time
        return answer
    }

    /// The HTTP response.
    ///
    /// `ifNoneMatch` is the request's field, where the method allows it.
    func response(position current: LogPosition, ifNoneMatch: String?) -> OutgoingResponse {
        var fields = HTTPFields()
        fields[.usherPosition] = (position ?? current).description
        if let asOf { fields[.usherAsOf] = TimeText.text(asOf) }
        if isReplayed { fields[.idempotentReplayed] = "true" }
        if let next { fields[.link] = "<\(next)>; rel=\"next\"" }
        if let tag {
            fields[.eTag] = tag
            if let ifNoneMatch, EntityTag.matches(ifNoneMatch, tag) {
                return OutgoingResponse(.notModified, fields)
            }
        }
        fields[.contentType] = type
        if case .bytes(let buffer) = body { fields[.contentLength] = String(buffer.readableBytes) }
        return OutgoingResponse(.init(code: status), fields, body)
    }
}
