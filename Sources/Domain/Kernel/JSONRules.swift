internal import JSONText

/// Checks of JSON texts that are kept as they are.
enum JSONRules {
    /// Adds an error unless the text is a JSON object of a length that can be kept; the object otherwise.
    @discardableResult
    static func checkObject(_ bytes: [UInt8], _ field: String, errors: inout FieldErrors) -> JSONObject? {
        guard bytes.count <= Document.fieldBytesMax else {
            errors.add(field, "Must have at most \(Document.fieldBytesMax) bytes.")
            return nil
        }
        guard let members = (try? JSONTree.parse(bytes))?.object else {
            errors.add(field, "Must be a JSON object.")
            return nil
        }
        return members
    }
}
