import Foundation
import Testing

@Suite struct `The documents` {
    @Test func `link to files and headings that are there`() throws {
        for document in try Documents.all() {
            for link in try Documents.links(in: document) {
                #expect(Documents.exists(link.target), "\(document) links to \(link.target)")
                let isDocument = link.target.hasSuffix(".md") && Documents.exists(link.target)
                guard isDocument, let anchor = link.anchor else { continue }
                let anchors = try Documents.anchors(of: link.target)
                #expect(anchors.contains(anchor), "\(document) links to #\(anchor) of \(link.target)")
            }
        }
    }

    @Test func `name tests that exist, by suite and sentence`() throws {
        var count = 0
        for document in try Documents.all() {
            for link in try Documents.links(in: document) where link.target.hasSuffix("Tests.swift") {
                guard Documents.exists(link.target) else { continue }
                let source = try Documents.text(link.target)
                for name in link.text.components(separatedBy: " › ") {
                    let isThere = source.contains("\"\(name)\"") || source.contains("`\(name)`")
                    #expect(isThere, "\(document): \(link.target) has no '\(name)'")
                }
                count += 1
            }
        }
        #expect(count > 50, "the guarantees name their tests")
    }

    @Test func `name tools and sources that exist`() throws {
        for document in try Documents.all() {
            let text = try Documents.text(document)
            for match in text.matches(of: /`((?:tools|Sources|Tests|\.ci)\/[A-Za-z0-9_.+\/-]+)`/) {
                #expect(Documents.exists(String(match.1)), "\(document) speaks of \(match.1)")
            }
        }
    }

    @Test func `have a line for every dependency`() throws {
        let manifest = try Documents.text("Package.swift")
        let page = try Documents.text("docs/decisions/0002-dependencies.md")
        let packages = manifest.matches(of: /\.package\(url: "[^"]*\/([^"\/]+)"/).map { String($0.1) }
        let libraries = manifest.matches(of: /\.systemLibrary\(name: "([^"]+)"/).map { String($0.1) }
        #expect(packages.count >= 5 && libraries.count == 3)
        for package in packages { #expect(page.contains("| \(package) |"), "\(package) has no line") }
        for library in libraries { #expect(page.contains("`\(library)`"), "\(library) has no line") }
        for match in page.matches(of: /\n\| ([a-z-]+) \| [^|]*`/) where match.1 != "dependency" {
            #expect(packages.contains(String(match.1)), "\(match.1) is not a dependency any more")
        }
    }

    @Test func `count the decisions without a gap, each with all its parts`() throws {
        let decisions = try Documents.all().filter { $0.hasPrefix("docs/decisions/") }
        #expect(!decisions.isEmpty)
        for (index, decision) in decisions.enumerated() {
            let number = String(index + 1)
            let name = String(repeating: "0", count: 4 - number.count) + number + "-"
            #expect(decision.hasPrefix("docs/decisions/" + name), "\(decision) is out of order")
            let text = try Documents.text(decision)
            let parts = [
                "**Status**", "## Context", "## Decision", "## Refused", "## Consequences",
                "## What would change our mind",
            ]
            for part in parts { #expect(text.contains(part), "\(decision) lacks \(part)") }
        }
    }
}
