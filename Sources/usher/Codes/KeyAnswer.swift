import Foundation

/// A key as the server shows it.
struct KeyAnswer: Decodable {
    var id: Int
    var name: String
    var scopes: [String]
    var createdAt: String
    var expiresAt: String?
    var revokedAt: String?
    var key: String?

    static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    var line: String {
        let state = revokedAt.map { "revoked \($0)" } ?? expiresAt.map { "expires \($0)" } ?? "active"
        return "\(id)  \(scopes.joined(separator: ","))  \(createdAt)  \(state)  \(name)"
    }
}
