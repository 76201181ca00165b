import Foundation
import Testing

/// A night with a dead primary, a promotion and a restore, as the page for the person on call has it.
@Suite struct `A night by the command line alone` {
    private static let page = "docs/operating/night.md"

    /// Ends all that the page has started, however it ends.
    private static let clean = Tour.Step(
        commands: "trap 'kill -9 $(cat *.pid) $(jobs -p) > /dev/null 2>&1 || :' EXIT\n", language: "text", expected: "")

    @Test(.enabled(if: promtool != nil, "tools/test fetches promtool"), .timeLimit(.minutes(3)))
    func `answers what the page says, from the evening to the morning`() async throws {
        let tool = try #require(promtool)
        var steps = try Tour.steps(in: Self.page)
        #expect(steps.count >= 12)
        // The addresses are those of three machines in the page, and free ones here.
        for address in ["127.0.0.1:7070", "127.0.0.1:7071", "127.0.0.1:7072"] {
            #expect(steps[0].commands.contains(address))
            steps[0].commands.replace(address, with: "127.0.0.1:\(try await FreePort.find())")
        }
        let results = try await Tour.run([Self.clean] + steps, serving: nil, tools: ["promtool": tool])
        Tour.expect(results, answer: [Self.clean] + steps, shape: Self.shape, isExact: Self.isCount)
    }

    /// True for a line whose numbers are those of the night, and not ids, times or sizes.
    private static func isCount(_ line: Substring) -> Bool {
        line.wholeMatch(of: /capacity .*|exit code [0-9]+|[0-9]+ were given.*|1 digest/) != nil
    }

    /// The names of nodes are random, and their log says when.
    private static func shape(_ text: String) -> String {
        let names = text.replacing(/(?m)^[0-9a-z]{8,13}(?= is the primary|  +http)/, with: "NODE")
        return Tour.shape(ofTable: names)
    }
}
