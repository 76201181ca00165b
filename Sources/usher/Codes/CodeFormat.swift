import ArgumentParser

/// The format in which codes are printed.
enum CodeFormat: String, ExpressibleByArgument, CaseIterable {
    /// One code a line, nothing else.
    case text
    /// A table with a head.
    case csv
    /// A JSON object a line.
    case ndjson
    /// One JSON document.
    case json

    /// The media type to ask for; text and documents are made of objects.
    var mediaType: String { self == .csv ? "text/csv" : "application/x-ndjson" }
}
