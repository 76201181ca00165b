import Foundation

/// An answer without what is different each time it is given: the date and a fresh trace.
struct DoorAnswer: Equatable, CustomStringConvertible, Sendable {
    var status: Int
    var fields: [String: String] = [:]
    var body: String

    init(status: Int, fields: [String: String], body: String, trace: String? = nil) {
        self.status = status
        self.fields = fields
        self.fields["date"] = fields["date"].map { _ in "D" }
        // Right where it is that of the body as it came.
        if fields["content-length"] == String(body.utf8.count) { self.fields["content-length"] = "right" }
        self.body = DoorAnswer.withoutTrace(body, trace)
    }

    /// Reads the head of an answer as it came.
    init(_ response: (status: Int, head: String, body: String), trace: String? = nil) {
        var fields: [String: String] = [:]
        for line in response.head.components(separatedBy: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count == 2 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        }
        self.init(status: response.status, fields: fields, body: response.body, trace: trace)
    }

    var description: String { "\(status) \(fields.sorted { $0.key < $1.key }) \(body.prefix(1500))" }

    /// The position in the field.
    var position: String? { fields["usher-position"] }

    /// The position in the body.
    var bodyPosition: String? {
        body.firstMatch(of: /"position":"([0-9]+-[0-9]+)"/).map { String($0.1) }
    }

    /// As above, where the position is another: it is taken out.
    var withoutPosition: DoorAnswer {
        var answer = self
        if answer.fields["usher-position"] != nil { answer.fields["usher-position"] = "P" }
        answer.body = body.replacing(/"position":"[0-9]+-[0-9]+"/, with: "\"position\":\"P\"")
        return answer
    }

    /// Replaces the trace, which has to be the caller's where the caller sent one.
    private static func withoutTrace(_ body: String, _ trace: String?) -> String {
        if let trace { return body.replacing("\"trace_id\":\"\(trace)\"", with: "\"trace_id\":\"T\"") }
        return body.replacing(/"trace_id":"[0-9a-f]{32}"/, with: "\"trace_id\":\"T\"")
    }
}
