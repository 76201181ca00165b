import JSONText
import Wire

/// The way in which an answer wraps a resource, and its status.
struct AnswerShape<R: Resource>: Sendable {
    /// The text around the resource.
    enum Wrapping: Sendable {
        /// Nothing.
        case bare
        /// `{"data": …}`, or the same with another name.
        case member(String)
    }

    var status: Int
    var wrapping: Wrapping
    /// The name of the wrapped schema in the document.
    private var name: String

    /// The resource alone.
    static func bare(_ resource: R.Type, status: Int = 200) -> AnswerShape {
        AnswerShape(status: status, wrapping: .bare, name: R.schemaName)
    }

    /// `{"data": …}`, as all of the administration answers.
    ///
    /// `name` is that of its schema; nil makes one of the resource's noun.
    static func data(_ resource: R.Type, status: Int = 200, name: String? = nil) -> AnswerShape {
        AnswerShape(status: status, wrapping: .member("data"), name: name ?? "\(R.noun)Envelope")
    }

    /// An object with one member of that name.
    static func member(_ name: String, _ resource: R.Type, status: Int = 200) -> AnswerShape {
        AnswerShape(status: status, wrapping: .member(name), name: "\(R.noun)Envelope")
    }

    /// The form that the document describes.
    var form: AnswerForm {
        switch wrapping {
        case .bare:
            AnswerForm(
                name: name, schemas: R.named, secrets: R.secrets,
                carriesPosition: R.members.last?.name == AnswerForm.positionName)
        case .member(let member):
            AnswerForm(
                name: name,
                schemas: [
                    (name, Schema.object([(member, Schema.described(R.reference, "The thing that was asked for."))]))
                ] + R.named, secrets: R.secrets)
        }
    }

    /// Appends a value in its wrapping.
    func write(_ value: R.Value, to writer: inout JSONWriter, _ showing: Showing) {
        guard case .member(let name) = wrapping else { return R.write(value, to: &writer, showing) }
        writer.raw("{")
        writer.string(name)
        writer.raw(":")
        R.write(value, to: &writer, showing)
        writer.raw("}")
    }
}
