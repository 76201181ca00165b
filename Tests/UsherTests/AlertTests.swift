import Foundation
import TestSupport
import Testing

/// The alerts that are shipped, and the cases beside them.
@Suite struct `Alerts` {
    private static let rules = "docs/operating/usher-alerts.yml"
    private static let cases = "docs/operating/usher-alerts-test.yml"

    @Test(.enabled(if: promtool != nil, "tools/test fetches promtool"))
    func `fire in the cases that are for them, and in no other, by promtool`() throws {
        let tool = try #require(promtool)
        let checked = try runTool(tool, ["check", "rules", Documents.root.path + "/" + Self.rules])
        #expect(checked.code == 0 && checked.text.contains("14 rules found"), "\(checked.text)")
        let tested = try runTool(tool, ["test", "rules", Documents.root.path + "/" + Self.cases])
        #expect(tested.code == 0, "\(tested.text)")
    }

    @Test func `have a case each in which they fire, and one of a cluster that is well and has all their series`()
        throws
    {
        let (rules, cases) = (try Documents.text(Self.rules), try Documents.text(Self.cases))
        let alerts = Set(rules.matches(of: /alert: (\w+)/).map { String($0.1) })
        let fired = Set(cases.matches(of: /alertname="(\w+)"/).map { String($0.1) })
        #expect(alerts == fired && alerts.count == 14)
        let parts = cases.split(separator: "  - name: ").map(String.init)
        let well = try #require(parts.first { $0.hasPrefix("all is well\n") })
        #expect(well.contains("exp_samples: []"))
        let expressions = rules.split(separator: "\n").filter { !$0.contains("annotations:") && !$0.contains("#") }
        let names = Set(expressions.joined(separator: "\n").matches(of: /usher_[a-z_]+/).map { String($0.0) })
        #expect(names.count > 12)
        for name in names { #expect(well.contains(name + "{"), "\(name)") }
    }

    @Test func `can be fired by a tool that explains itself and refuses what it does not know`() throws {
        let tool = Documents.root.path + "/tools/alerts"
        let help = try runTool(tool, ["--help"])
        #expect(help.code == 0 && help.text.contains("Usage: tools/alerts"))
        for option in ["--usher", "--prometheus", "--directory"] { #expect(help.text.contains(option)) }
        #expect(try runTool(tool, ["--nonsense"]).code == 64)
        #expect(try runTool(tool, ["--usher", "/nowhere"]).code == 64)
    }
}
