import HTTPTypes

/// The format in which many things are sent.
enum RowFormat: Sendable {
    /// One JSON document.
    case document
    /// One JSON object a line.
    case lines
    /// A table with a head.
    case csv

    /// Reads the format from `Accept`; a long answer is never one document.
    init(_ call: Call, isLong: Bool) {
        if call.accepts("text/csv") {
            self = .csv
        } else if call.accepts("ndjson") || isLong {
            self = .lines
        } else {
            self = .document
        }
    }

    /// The media type.
    var type: String {
        switch self {
        case .document: "application/json"
        case .lines: "application/x-ndjson"
        case .csv: "text/csv; charset=utf-8"
        }
    }
}
