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
        Tour.expect(results, answer: steps, isExact: Self.isCount)
    }

    /// True for a line whose numbers are those of the launch, and not ids, times or sizes.
    private static func isCount(_ line: Substring) -> Bool {
        line.wholeMatch(of: /[0-9]+ codes.*|(?:capacity|redemptions|holds|max uses|codes_issued) .*/) != nil
    }
}
