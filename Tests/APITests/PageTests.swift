import Domain
import Foundation
import JSONText
import TestSupport
import Testing

@testable import API
@testable import Wire

@Suite struct `The pages of the API say what is declared` {
    @Test func `fields.md lists all members`() throws {
        let misfit = try WrittenPage("docs/api/fields.md").misfit(with: FieldsPage.text)
        #expect(misfit == nil)
    }

    private static let docs = WrittenPage.root.appendingPathComponent("docs")

    /// A row of `docs/limits.md` that names members of bodies.
    private struct Limit {
        var members: [String]
        var bound: String
    }

    private static func limits() throws -> [Limit] {
        let page = docs.appendingPathComponent("limits.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
        return lines.compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count > 2 else { return nil }
            let names = cells[0].matches(of: /`([a-z_]+)`/).map { String($0.1) }
            return names.isEmpty ? nil : Limit(members: names, bound: cells[1])
        }
    }

    @Test func `limits.md has every bound of a body, and none that no body has`() throws {
        let limits = try Self.limits()
        var bounds: [String: Set<String>] = [:]
        for form in Operations.all.compactMap(\.body.form) {
            for member in form.members where member.rules != Schema.id {
                let rules = member.rules.object?["items"]?.object ?? member.rules.object ?? JSONObject()
                guard rules != Schema.id.object, let bound = Bound(rules), bound.most < .max else { continue }
                bounds[member.name, default: []].insert(bound.range)
                let isThere = limits.contains {
                    $0.members.contains(member.name) && $0.bound.hasPrefix(bound.range)
                }
                #expect(isThere, "\(form.schemaName).\(member.name) \(bound.range) is not in limits.md")
            }
        }
        #expect(bounds.count > 15)
        for limit in limits {
            for name in limit.members {
                guard let known = bounds[name] else { continue }
                #expect(known.contains { limit.bound.hasPrefix($0) }, "limits.md: \(name) \(limit.bound)")
            }
        }
    }

    @Test func `the page of the API names the scopes and the columns of an import`() throws {
        let path = Self.docs.appendingPathComponent("api/README.md")
        let text = try String(contentsOf: path, encoding: .utf8)
        func names(from start: String, to end: String) throws -> Set<String> {
            let begin = try #require(text.range(of: start)).upperBound
            let stop = try #require(text[begin...].range(of: end)).lowerBound
            return Set(text[begin..<stop].matches(of: /`([a-z_]+)`/).map { String($0.1) })
        }
        #expect(try names(from: "- Scopes:", to: ". A root key") == Set(KeyScopes.allWords))
        let columns = try names(from: "Columns and members:", to: ". At most")
        #expect(columns == Set(ImportRow.members.map(\.name)))
        #expect(columns.isSubset(of: ImportTable.columnNames))
    }
}
