/// The body of a promotion.
struct PromoteRequest: RequestBody {
    var tell: [String] = []

    static let schemaName = "PromoteRequest"

    static func read(_ body: inout BodyReader) -> PromoteRequest? {
        PromoteRequest(tell: body.texts("tell", "The URLs of nodes to tell.", .origin))
    }
}
