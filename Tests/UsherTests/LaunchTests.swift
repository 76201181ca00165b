import Foundation
import Testing

@testable import usher

/// A launch from the campaign to its end, as the page for the person who runs it has it.
@Suite struct `A launch by the command line alone` {
    private static let page = "docs/operating/launch.md"

    /// The program of Debian's libreoffice-calc, which the page calls.
    private static let hasOffice = FileManager.default.isExecutableFile(atPath: "/usr/bin/soffice")

    @Test(.enabled(if: hasOffice, "needs Debian's libreoffice-calc"), .timeLimit(.minutes(5)))
    func `answers what the page says, from the first campaign to the last claim`() async throws {
        let steps = try Tour.steps(in: Self.page)
        #expect(steps.count >= 10)
        let results = try await Tour.run(steps)
        for (step, result) in zip(steps, results) {
            #expect(shape(result) == shape(step.expected), "after:\n\(step.commands)\nthe answer was:\n\(result)")
            for line in step.expected.split(separator: "\n") where Self.isCount(line) {
                #expect(result.contains(line), "\(line) is not in:\n\(result)")
            }
        }
        let failed = results.count < steps.count ? steps[results.count].commands : ""
        #expect(results.count == steps.count, "a command failed:\n\(failed)")
    }

    /// True for a line whose numbers are those of the launch, and not ids, times or sizes.
    private static func isCount(_ line: Substring) -> Bool {
        line.wholeMatch(of: /[0-9]+ codes.*|(?:capacity|redemptions|holds|max uses|codes_issued) .*/) != nil
    }

    /// The columns of a table move with the ids in it.
    private func shape(_ text: String) -> String {
        let lines = Tour.shape(text, language: "text").split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: "\n")
    }
}
