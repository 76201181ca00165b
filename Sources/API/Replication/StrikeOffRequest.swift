/// The body that strikes a node off.
struct StrikeOffRequest: RequestBody {
    var node: String

    static let schemaName = "StrikeOffRequest"

    static func read(_ body: inout BodyReader) -> StrikeOffRequest? {
        StrikeOffRequest(
            node: body.requiredText("node", "The name of the node, or its URL.", .characters(1...255)))
    }
}
