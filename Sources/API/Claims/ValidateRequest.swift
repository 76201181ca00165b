import Domain

/// The body of `validate`.
enum ValidateRequest: RequestBody {
    static let schemaName = "ValidateRequest"

    static func read(_ body: inout BodyReader) -> CodeText? {
        CodeText(raw: body.requiredText("code", "The code, in any spelling.", .code))
    }
}
