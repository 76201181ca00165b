/// The format of an import's file.
package enum ImportFormat: String, CaseIterable, Sendable {
    /// A table with a head.
    case csv
    /// A JSON object a line.
    case ndjson

    /// The first bytes that are looked at: white space beyond them says nothing.
    package static let lookedAtMax = 1024

    /// The format that a `Content-Type` names; nil where it names neither.
    init?(contentType: String) {
        let type = contentType.lowercased()
        guard let named: ImportFormat = type.contains("csv") ? .csv : type.contains("json") ? .ndjson : nil else {
            return nil
        }
        self = named
    }

    /// The format of a file that begins with these bytes; nil as long as they are white space.
    ///
    /// A row of ndjson begins with a brace. Of a list in JSON it is said that its lines are no objects, which helps more
    /// than that they name no columns.
    package init?(firstBytes: [UInt8]) {
        let text = TextFileHead(firstBytes).text
        guard let first = text.first(where: { ![0x00, 0x09, 0x0A, 0x0D, 0x20].contains($0) }) else { return nil }
        self = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .ndjson : .csv
    }
}
