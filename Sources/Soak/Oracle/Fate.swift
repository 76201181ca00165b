import Foundation

/// The meaning of an answer for the client that claimed.
enum Fate: Sendable {
    /// A redemption; `already` says that it was there before.
    case place(id: Int, already: Bool)
    case hold(id: Int, already: Bool, expires: Date)
    /// A final answer: no place.
    case refused(String)
    /// Nothing was done, and it may be asked again.
    case nothing(String)
    /// Unknown until the client asks again.
    case unknown(String)

    /// Reads the fate of a claim whose answer did not arrive.
    init(_ error: any Error) {
        // Nobody listened: the request was not sent.
        let text = String(describing: error)
        self = text.contains("Connection refused") ? .nothing("connection_refused") : .unknown(Fate.kind(of: text))
    }

    /// A short name of what has happened to a connection.
    private static func kind(of text: String) -> String {
        let name = text.split(separator: ".").last.map(String.init) ?? text
        return String((text.hasPrefix("HTTPClientError") ? name : text).prefix(40))
    }

    /// Reads a whole answer.
    init(_ reply: Reply) { self.init(status: reply.status, json: reply.json, code: reply.code) }

    /// Reads an answer, or a line of a batch.
    init(status: Int, json: [String: Any], code: String) {
        let already = json["already"] as? Bool ?? false
        switch status {
        case 200, 201:
            if let redemption = json["redemption"] as? [String: Any], let id = redemption["id"] as? Int {
                self = .place(id: id, already: already)
            } else if let hold = json["hold"] as? [String: Any], let id = hold["id"] as? Int,
                let expires = (hold["expires_at"] as? String).flatMap(Fate.date)
            {
                self = .hold(id: id, already: already, expires: expires)
            } else {
                self = .unknown("\(status) without a redemption or a hold")
            }
        case 503 where code == "outcome_unknown" || code == "storage_failed": self = .unknown(code)
        case 401, 421, 503, 429: self = .nothing(code.isEmpty ? "\(status)" : code)
        case 400..<500: self = .refused(code)
        default: self = .unknown("\(status)")
        }
    }

    /// An instant as the API writes it.
    static func date(_ text: String) -> Date? {
        try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
