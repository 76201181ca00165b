import Foundation
import TestSupport
import Testing

/// The alerts that are shipped, asked by `promtool` what they would do.
@Suite struct `Alerts` {
    /// A cluster at a moment, and what fires in it.
    private struct Situation: Sendable {
        var name: String
        /// Changes to the series of a healthy cluster: nil takes one away.
        var changes: [String: String?]
        /// Alert → on how many nodes.
        var firing: [String: Int]
        /// The series that it leaves out: all of one node.
        var missing: String?
    }

    /// A primary and two replicas that are well: series → value.
    private static let healthy: [String: String] = {
        var series: [String: String] = [:]
        for (node, role) in [("a", "primary"), ("b", "replica"), ("c", "replica")] {
            let label = "instance=\"\(node)\""
            series["up{job=\"usher\",\(label)}"] = "1"
            for name in ["primary", "replica", "superseded"] {
                series["usher_role{\(label),role=\"\(name)\"}"] = name == role ? "1" : "0"
            }
            series["usher_ready{\(label)}"] = "1"
            for reason in ["disk_full", "too_few_replicas", "lagging"] {
                series["usher_not_ready{\(label),reason=\"\(reason)\"}"] = "0"
            }
            series["usher_inbox_depth{\(label)}"] = "10"
            series["usher_inbox_capacity{\(label)}"] = "1000"
            series["usher_disk_full{\(label)}"] = "0"
            series["usher_free_disk_bytes{\(label)}"] = "900000000000"
            series["usher_store_used_bytes{\(label)}"] = "1000"
            series["usher_store_map_bytes{\(label)}"] = "100000"
            if role == "replica" { series["usher_replica_lag_seconds{\(label)}"] = "0.1" }
        }
        return series
    }()

    private static let situations: [Situation] = [
        Situation(name: "all is well", changes: [:], firing: [:]),
        Situation(
            name: "no primary: each node is a replica",
            changes: ["usher_role{instance=\"a\",role=\"primary\"}": "0"], firing: ["UsherNotOnePrimary": 1]),
        Situation(
            name: "two primaries", changes: ["usher_role{instance=\"b\",role=\"primary\"}": "1"],
            firing: ["UsherNotOnePrimary": 1]),
        Situation(
            name: "the primary is down", changes: ["up{job=\"usher\",instance=\"a\"}": "0"],
            firing: ["UsherDown": 1, "UsherNotOnePrimary": 1], missing: "a"),
        Situation(
            name: "a replica is down", changes: ["up{job=\"usher\",instance=\"c\"}": "0"], firing: ["UsherDown": 1],
            missing: "c"),
        Situation(
            name: "nothing is scraped", changes: Dictionary(uniqueKeysWithValues: healthy.keys.map { ($0, nil) }),
            firing: ["UsherDown": 1, "UsherNotOnePrimary": 1]),
        Situation(
            name: "claims cannot be taken",
            changes: [
                "usher_ready{instance=\"a\"}": "0",
                "usher_not_ready{instance=\"a\",reason=\"too_few_replicas\"}": "1",
            ], firing: ["UsherNotReady": 1]),
        Situation(
            name: "a replica lags", changes: ["usher_replica_lag_seconds{instance=\"b\"}": "7"],
            firing: ["UsherReplicaLags": 1]),
        Situation(
            name: "a replica has never reached its upstream",
            changes: ["usher_replica_lag_seconds{instance=\"b\"}": "NaN"], firing: ["UsherReplicaLags": 1]),
        Situation(
            name: "a small inbox is full", changes: ["usher_inbox_depth{instance=\"a\"}": "990"],
            firing: ["UsherClaimsTurnedAway": 1]),
        Situation(
            name: "the disk is full", changes: ["usher_disk_full{instance=\"a\"}": "1"],
            firing: ["UsherClaimsTurnedAway": 1]),
        Situation(
            name: "the disk fills", changes: ["usher_free_disk_bytes{instance=\"a\"}": "1000000"],
            firing: ["UsherDiskFills": 1]),
        Situation(
            name: "the map fills", changes: ["usher_store_used_bytes{instance=\"a\"}": "90000"],
            firing: ["UsherMapFills": 1]),
        Situation(
            name: "syncs are slow",
            changes: [
                "usher_journal_sync_duration_seconds_bucket{instance=\"a\",le=\"0.1\"}": "0+1",
                "usher_journal_sync_duration_seconds_bucket{instance=\"a\",le=\"1\"}": "0+50",
                "usher_journal_sync_duration_seconds_bucket{instance=\"a\",le=\"+Inf\"}": "0+50",
            ], firing: ["UsherSyncIsSlow": 1]),
    ]

    /// A test of `promtool` for a situation that has lasted for a quarter of an hour.
    private static func document(_ situation: Situation) -> String {
        var series = healthy
        if let missing = situation.missing {
            series = series.filter { !$0.key.contains("instance=\"\(missing)\"") }
        }
        for (name, value) in situation.changes { series[name] = value }
        var text = "  - name: '\(situation.name)'\n    interval: 5s\n"
        text += series.isEmpty ? "    input_series: []\n" : "    input_series:\n"
        for (name, value) in series.sorted(by: { $0.key < $1.key }) {
            // The notation for a repetition knows numbers only.
            let values =
                value == "NaN" ? Array(repeating: value, count: 181).joined(separator: " ") : value + "x180"
            text += "      - series: '\(name)'\n        values: '\(values)'\n"
        }
        text += "    promql_expr_test:\n      - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"})'\n"
        text += "        eval_time: 15m\n"
        text += situation.firing.isEmpty ? "        exp_samples: []\n" : "        exp_samples:\n"
        for (alert, count) in situation.firing.sorted(by: { $0.key < $1.key }) {
            text += "          - labels: '{alertname=\"\(alert)\"}'\n            value: \(count)\n"
        }
        return text
    }

    @Test(.enabled(if: promtool != nil, "tools/test fetches promtool"))
    func `fire in the situation that each is for, and only there`() throws {
        let tool = try #require(promtool)
        let directory = try TemporaryDirectory("alerts")
        let rules = Documents.root.path + "/docs/operating/usher-alerts.yml"
        let text =
            "rule_files: ['\(rules)']\nevaluation_interval: 5s\ntests:\n"
            + Self.situations.map(Self.document).joined(separator: "\n")
        let file = directory.path + "/alerts-test.yml"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let verdict = try runTool(tool, ["test", "rules", file])
        #expect(verdict.code == 0, "\(verdict.text)")
        let names = try Documents.text("docs/operating/usher-alerts.yml").matches(of: /alert: (\w+)/).map {
            String($0.1)
        }
        #expect(Set(names) == Set(Self.situations.flatMap(\.firing.keys)), "each alert has a situation")
    }
}
