import JSONText
import Wire

/// The form of an answer as the document describes it.
struct AnswerForm: Sendable {
    /// The name of its schema; empty for free text.
    var name: String
    /// Its schema and those that it refers to, with their names.
    var schemas: [(String, JSONTree)] = []
    /// The members in it that are shown once.
    var secrets: [String] = []
    /// True if the position of the log is its last member.
    var carriesPosition = false

    /// The name of the member that holds the position of an answer.
    static let positionName = "position"

    /// Text that has no schema.
    static let text = AnswerForm(name: "")

    /// A schema that stands by itself.
    static func schema(_ name: String, _ schema: JSONTree) -> AnswerForm {
        AnswerForm(name: name, schemas: [(name, schema)])
    }

    /// A page of a list.
    static func page<R: Resource>(of resource: R.Type) -> AnswerForm {
        let name = "\(R.noun)Page"
        let page = Schema.object([
            ("data", AnswerForm.items(of: R.self)),
            (
                "next_cursor",
                Schema.described(Schema.orNull(Schema.text), "The cursor of the next page; null on the last one.")
            ), ("has_more", Schema.described(Schema.flag, "True if there is a next page.")),
        ])
        return AnswerForm(name: name, schemas: [(name, page)] + R.named, secrets: R.secrets)
    }

    /// `{"data": […]}`.
    static func list<R: Resource>(of resource: R.Type) -> AnswerForm {
        let name = "\(R.noun)List"
        let list = Schema.object([("data", items(of: R.self))])
        return AnswerForm(name: name, schemas: [(name, list)] + R.named, secrets: R.secrets)
    }

    private static func items<R: Resource>(of resource: R.Type) -> JSONTree {
        Schema.described(["type": "array", "items": R.reference], "The items in their order.")
    }

    /// One of several forms.
    static func any(_ name: String, of forms: AnswerForm...) -> AnswerForm {
        let schema: JSONTree = ["anyOf": .array(forms.map { Schema.reference($0.name) })]
        return AnswerForm(
            name: name, schemas: [(name, schema)] + forms.flatMap(\.schemas), secrets: forms.flatMap(\.secrets),
            carriesPosition: forms.contains(where: \.carriesPosition))
    }
}
