import HTTPTypes
import JSONText

@testable import API
@testable import Wire

/// `docs/api/fields.md` as the declarations have it.
enum FieldsPage {
    /// The text of the page.
    static var text: String {
        let schemas = OpenAPI.document(version: "1").object?["components"]?.object?["schemas"]?.object ?? JSONObject()
        let bodies = Set(Operations.all.compactMap { $0.body.form?.schemaName })
        var page = """
            # Members

            The members of all bodies and answers, as their declarations in `Sources/API` have them: a test holds this page \
            to them, and writes it anew where it is asked to (`USHER_WRITE_PAGES=1`). A member of a body that is not \
            *required* may be absent, and null where it says so. *Secret* members are shown once and are null in a replay; \
            *personal* ones tell of a person.

            """
        for (title, isBody) in [("Bodies", true), ("Answers", false)] {
            page += "\n## \(title)\n"
            let members = schemas.members.filter { bodies.contains($0.name) == isBody }.sorted { $0.name < $1.name }
            for (name, schema) in members { page += section(name, schema, isBody: isBody) }
        }
        return page
    }

    private static func section(_ name: String, _ schema: JSONTree, isBody: Bool) -> String {
        let users = Operations.all.filter { operation in
            isBody
                ? operation.body.form?.schemaName == name
                : operation.replies.contains { $0.content.contains { $0.form.name == name } }
        }
        let used = users.map { "`\($0.method.rawValue) \($0.path)`" }.joined(separator: ", ")
        var text = "\n### \(name)\n\n" + (used.isEmpty ? "" : used + "\n\n")
        if let forms = schema.object?["anyOf"]?.array {
            return text + "One of " + forms.map { link($0) ?? "" }.joined(separator: ", ") + ".\n"
        }
        let rows = rows(schema, prefix: "", isBody: isBody)
        guard !rows.isEmpty else { return text + "A JSON object.\n" }
        text += "| member | kind | meaning |\n|---|---|---|\n"
        return text + rows.joined()
    }

    private static func rows(_ schema: JSONTree, prefix: String, isBody: Bool) -> [String] {
        let required = Set((schema.object?["required"]?.array ?? []).compactMap(\.string))
        var rows: [String] = []
        for (name, member) in schema.object?["properties"]?.object?.members ?? [] {
            let rules = member.object ?? JSONObject()
            var notes = [kind(rules)]
            if isBody, required.contains(name) { notes.append("*required*") }
            if !isBody, !required.contains(name) { notes.append("may be absent") }
            if rules["x-usher-secret"] == true { notes.append("*secret*") }
            if rules["x-usher-personal"] == true { notes.append("*personal*") }
            rows.append(
                "| `\(prefix)\(name)` | \(notes.joined(separator: ", ")) | \(rules["description"]?.string ?? "") |\n")
            rows += self.rows(member, prefix: "\(prefix)\(name).", isBody: isBody)
            rows += self.rows(rules["items"] ?? .null, prefix: "\(prefix)\(name)[].", isBody: isBody)
        }
        return rows
    }

    private static func link(_ schema: JSONTree) -> String? {
        guard let name = schema.object?["$ref"]?.string?.split(separator: "/").last else { return nil }
        return "[\(name)](#\(name.lowercased()))"
    }

    private static func kind(_ rules: JSONObject) -> String {
        if let link = link(.object(rules)) { return link }
        let types = (rules["type"]?.array ?? [rules["type"] ?? .null]).compactMap(\.string)
        var kind = types.joined(separator: " or ")
        if let items = rules["items"]?.object { kind += " of " + self.kind(items) }
        if let words = rules["enum"]?.array {
            kind = words.compactMap(\.string).map { "`\($0)`" }.joined(separator: ", ")
            if types.contains("null") { kind += " or null" }
        }
        if rules["format"] == "date-time" { kind += ", a time" }
        if let bound = Bound(rules) { kind += ", " + bound.text }
        if case .integer(let standard)? = rules["default"] { kind += ", \(Bound.number(standard)) by default" }
        return kind
    }
}
