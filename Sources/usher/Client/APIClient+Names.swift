import Domain
import JSONText
import NIOHTTP1

/// Things by the names that people give them.
extension APIClient {
    /// The campaign with a key or an id.
    ///
    /// - Throws: ``CommandFailure`` when there is none, with the key that was probably meant.
    func campaign(_ name: String) async throws -> JSONTree {
        try await ofCampaign(name) { try await document(.GET, $0) }.member()
    }

    /// Asks about the campaign with a key or an id, which the closure is given the path of.
    ///
    /// - Throws: ``CommandFailure`` when there is none, with the key that was probably meant.
    func ofCampaign(_ name: String, _ ask: (String) async throws -> APIAnswer) async throws -> APIAnswer {
        do {
            return try await ask(APIClient.admin + "/campaigns/\(APIClient.escaped(name))")
        } catch let failure as CommandFailure where failure.status == 404 && failure.problem == "not_found" {
            var keys: [String] = []
            try await rows(APIClient.admin + "/campaigns") { page in
                keys += page.compactMap { $0.object?["key"]?.string }
                return true
            }
            throw CommandFailure(hint("there is no campaign \(name) at \(base).", name, among: keys))
        }
    }

    /// The id of the campaign with a key or an id; nil without a name.
    func campaignID(_ name: String?) async throws -> String? {
        guard let name else { return nil }
        return try await campaign(name).object?["id"]?.integerText
    }

    /// The parameter that names a campaign in a query for figures.
    ///
    /// A key that may see figures only cannot look the campaign up; the server then takes its name for a key.
    func campaignParameter(_ name: String?) async throws -> (String, String?) {
        do {
            return ("campaign_id", try await campaignID(name))
        } catch let failure as CommandFailure where failure.status == 403 {
            return ("campaign", name)
        }
    }

    /// The code with a text, however it is spelt.
    ///
    /// - Throws: ``CommandFailure`` when there is none.
    func code(_ text: String) async throws -> JSONTree {
        let page = try await document(.GET, APIClient.admin + "/codes", query: [("code", text), ("limit", "1")])
        // A server that does not know the filter answers with another code.
        if let code = page.member().array?.first, let found = code.object?["code"]?.string,
            let asked = CodeText(raw: text), asked == CodeText(raw: found)
        {
            return code
        }
        throw CommandFailure(
            "there is no code \(text) at \(base). A signed code is not listed before its first claim.")
    }

    /// The id of the code with a text; nil without a text.
    func codeID(_ text: String?) async throws -> String? {
        guard let text else { return nil }
        return try await code(text).object?["id"]?.integerText
    }

    /// The id of the key with an id or a name.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or more than one that works.
    func keyID(_ name: String) async throws -> String {
        if name.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), !name.isEmpty { return name }
        var (found, names): ([String], [String]) = ([], [])
        try await rows(APIClient.admin + "/keys") { page in
            for key in page.compactMap(\.object) where key["revoked_at"] == .null {
                names += [key["name"]?.string].compactMap { $0 }
                if key["name"] == .string(name) { found += [key["id"]?.integerText].compactMap { $0 } }
            }
            return true
        }
        if found.count == 1 { return found[0] }
        guard found.isEmpty else {
            throw CommandFailure("several keys are named \(name); give an id: \(found.joined(separator: ", ")).")
        }
        throw CommandFailure(hint("there is no key \(name) at \(base) that works.", name, among: names))
    }

    private func hint(_ text: String, _ name: String, among names: [String]) -> String {
        let hint = UnknownName.message(for: name, among: names).dropFirst("Unknown.".count)
        return text + hint
    }

    /// Walks the rows of a list, page by page, to the end or as long as the closure wants more.
    func rows(
        _ path: String, query: [(String, String?)] = [], limit: Int? = nil, _ take: ([JSONTree]) throws -> Bool
    ) async throws {
        var (cursor, rest) = (String?.none, limit ?? .max)
        repeat {
            let size = String(min(rest, APIClient.pageRowsMax))
            let page = try await document(.GET, path, query: query + [("limit", size), ("cursor", cursor)])
            let rows = page.member().array ?? []
            rest -= rows.count
            guard try take(rows) else { return }
            cursor = page.member("next_cursor").string
        } while cursor != nil && rest > 0
    }

    /// The rows that a page of a list may have.
    private static let pageRowsMax = 5000
}
