import AsyncHTTPClient
import Engine
import Foundation
import JSONText
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPServer

@Suite("Metrics over HTTP")
struct MetricsRouteTests {
    private static let base = "/api/admin/invitations/metrics"

    @Test("have the peer's fields and reconcile with the rows")
    func summary() async throws {
        try await TestServer.run(metrics: true) { server in
            let campaign = try await server.campaign("launch", perUser: 100)
            let made = try await server.post(
                "/api/admin/invitations/codes",
                "{\"count\":3,\"max_uses\":5,\"campaign_id\":\(campaign),\"issuer_id\":\"ines\"}")
            let codes = (made["data"].array ?? []).compactMap { $0.object?["code"]?.string }
            var first: Int64?
            for (index, code) in (codes + codes).enumerated() {
                let reply = try await server.post(
                    "/api/invitations/redeem", "{\"code\":\"\(code)\",\"redeemer_id\":\"r\(index)\",\"quantity\":2}")
                #expect(reply.status == 200)
                if first == nil, case .integer(let id) = reply["redemption", "id"] { first = id }
            }
            let id = try #require(first)
            _ = try await server.post("/api/admin/invitations/redemptions/\(id)/release")
            _ = try await server.codes(2)
            for query in ["", "?since_days=30", "?campaign_id=\(campaign)", "?campaign_id=\(campaign)&since_days=1"] {
                let reply = try await server.get(Self.base + query)
                #expect(reply.status == 200, "\(reply.text)")
                #expect(reply["data", "redemptions"] == 5 && reply["data", "places"] == 10)
                #expect(reply["data", "redemptions_released"] == 1 && reply["data", "codes_claimed"] == 3)
                #expect(reply["data", "codes_issued"] == (query.contains("campaign") ? 3 : 5))
                #expect(reply["data", "ttr_p50_seconds"] != .null && reply["data", "invites_sent"] == 0)
                #expect(reply.text.contains("\"k_factor\":0.0,\"acceptance_rate\":0.0"))
                #expect(reply.text.contains("\"conversion_rate\":" + (query.contains("campaign") ? "1.6667" : "1.0")))
                #expect(reply["data", "position"].string == reply.headers["usher-position"])
                #expect(reply["data", "as_of"].string?.hasSuffix(".000Z") == true)
            }
            let board = try await server.get(Self.base + "/leaderboard?campaign_id=\(campaign)&limit=5")
            #expect(board.text.contains(#""leaders":[{"rank":1,"referrer_id":"ines","redemptions":5,"places":10}]"#))
            let funnel = try await server.get(Self.base + "/funnel")
            #expect(funnel.text.contains(#"{"step":"codes_issued","count":5},{"step":"codes_claimed","count":3}"#))
        }
    }

    @Test("by time have a point for each interval, and bounds that say so")
    func timeseries() async throws {
        try await TestServer.run(metrics: true) { server in
            let code = try await server.codes(1, maxUses: 10)[0]
            for number in 0..<4 {
                _ = try await server.post(
                    "/api/invitations/redeem", "{\"code\":\"\(code)\",\"redeemer_id\":\"r\(number)\"}")
            }
            let from = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -3600))
            let path = Self.base + "/timeseries?metric=redemptions&from=\(from)"
            let reply = try await server.get(path + "&interval=minute")
            let points = try #require(reply["data", "points"].array)
            #expect((60...62).contains(points.count))
            let total = points.reduce(Int64(0)) { sum, point in
                if case .integer(let value)? = point.object?["value"] { sum + value } else { sum }
            }
            #expect(total == 4)
            for (query, field) in [
                ("?metric=redemptions&from=2020-01-01&interval=minute", "interval"),
                ("?metric=redemptions&from=2020-01-01&zone=UTC", "zone"),
                ("?metric=nonsense&from=2026-01-01", "metric"),
                ("?metric=redemptions", "from"), ("?metric=redemptions&from=2026-01-02&to=2026-01-01", "to"),
                ("?metric=redemptions&from=yesterday", "from"),
                ("?metric=places&from=2026-01-01&interval=week", "interval"),
            ] {
                let refused = try await server.get(Self.base + "/timeseries" + query)
                #expect(refused.status == 422 && refused["errors", field] != .null, "\(query): \(refused.text)")
            }
        }
    }

    private static let zones =
        #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures/zones-"

    @Test("by time follow the clocks of a zone, as the system's files have them")
    func zones() async throws {
        let configure: (inout ServerConfiguration) -> Void = { $0.zonesPath = Self.zones + "2026f" }
        try await TestServer.run(metrics: true, configure: configure) { server in
            _ = try await server.codes(7)
            func series(_ query: String) async throws -> TestServer.Reply {
                try await server.get(Self.base + "/timeseries?metric=codes_issued&" + query)
            }
            func starts(_ reply: TestServer.Reply, _ name: String = "start") -> [String] {
                (reply["data", "points"].array ?? []).compactMap { $0.object?[name]?.string }
            }
            // The day on which Berlin's clocks go back has 25 hours; the dates are that zone's.
            let autumn = try await series("interval=day&from=2026-10-25&to=2026-10-26&tz=Europe/Berlin")
            #expect(autumn["data", "tz"] == "Europe/Berlin", "\(autumn.text)")
            #expect(starts(autumn) == ["2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"])
            #expect(starts(autumn, "local") == ["2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"])
            let hours = try await series("interval=hour&from=2026-10-25&to=2026-10-25&tz=Europe/Berlin")
            #expect(starts(hours).count == 25)
            #expect(starts(hours, "local")[2...3] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"])
            let spring = try await series("interval=hour&from=2026-03-29&to=2026-03-29&tz=Europe/Berlin")
            #expect(starts(spring).count == 23)
            // Vancouver keeps its summer time from 2026 on: no day of 25 hours in November.
            let pacific = try await series("interval=hour&from=2026-11-01&to=2026-11-01&tz=America/Vancouver")
            #expect(starts(pacific).count == 24 && starts(pacific).first == "2026-11-01T07:00:00.000Z")
            let kathmandu = try await series("interval=day&from=2026-01-01T00:00:00Z&to=2026-01-02&tz=Asia/Kathmandu")
            #expect(starts(kathmandu) == ["2025-12-31T18:15:00.000Z", "2026-01-01T18:15:00.000Z"])
            // All that was made is in some day of every zone.
            for zone in ["UTC", "Asia/Kolkata", "Pacific/Chatham", "America/St_Johns", "Australia/Lord_Howe"] {
                let reply = try await series("interval=day&from=2026-01-01&tz=\(zone)")
                let total = (reply["data", "points"].array ?? []).reduce(Int64(0)) { sum, point in
                    if case .integer(let value)? = point.object?["value"] { sum + value } else { sum }
                }
                #expect(total == 7, "\(zone)")
            }
            for (zone, hint) in [
                ("europe/berlin", "Did you mean Europe/Berlin?"), ("Europe/Berln", "Did you mean Europe/Berlin?"),
                ("America/New%20Yrok", "Did you mean America/New_York?"), ("Mars/Olympus", "such as Europe/Berlin.\""),
                ("../etc/passwd", "IANA"), ("posix/Europe/Berlin", "IANA"), ("localtime", "such as Europe/Berlin.\""),
            ] {
                let refused = try await series("from=2026-01-01&tz=\(zone)")
                #expect(refused.status == 422 && refused.text.contains(hint), "\(refused.text)")
                #expect(refused["errors", "tz"] != .null)
            }
            #expect(try await series("from=2026-01-01&interval=hour&to=2027-03-01&tz=Europe/Berlin").status == 422)
            let ready = try await server.get("/readyz?verbose")
            #expect(ready["zones", "edition"] == "2026f" && ready["zones", "state"] != .null, "\(ready.text)")
        }
        let without: (inout ServerConfiguration) -> Void = { $0.zonesPath = "/nowhere" }
        try await TestServer.run(metrics: true, configure: without) { server in
            let path = Self.base + "/timeseries?metric=redemptions&from=2026-01-01&tz="
            let refused = try await server.get(path + "Europe/Berlin")
            #expect(refused.status == 422 && refused.text.contains("install the package tzdata"), "\(refused.text)")
            #expect(try await server.get(path + "UTC").status == 200)
            let ready = try await server.get("/readyz?verbose")
            #expect(ready["zones", "edition"] == .null && ready["zones", "state"] == "missing")
            #expect(try await server.get("/metrics").text.contains("usher_zones_state{state=\"missing\"} 1\n"))
        }
    }

    @Test("name a campaign by its key or its id, and referrers of some days")
    func filters() async throws {
        try await TestServer.run(metrics: true) { server in
            let campaign = try await server.campaign("launch")
            _ = try await server.post(
                "/api/admin/invitations/codes",
                #"{"count":3,"max_uses":5,"campaign_id":\#(campaign),"issuer_id":"ines"}"#)
            _ = try await server.codes(2)
            for query in ["campaign=launch", "campaign_id=\(campaign)"] {
                #expect(try await server.get(Self.base + "?" + query)["data", "codes_issued"] == 3)
                let funnel = try await server.get(Self.base + "/funnel?since_days=3&" + query)
                #expect(funnel.text.contains(#"{"step":"codes_issued","count":3}"#))
                let board = try await server.get(Self.base + "/leaderboard?since_days=3&" + query)
                #expect(board.status == 200 && board.text.contains(#""leaders":[]"#), "\(board.text)")
            }
            #expect(try await server.get(Self.base + "?campaign=nothing").status == 422)
            #expect(try await server.get(Self.base + "?campaign=launch&campaign_id=\(campaign)").status == 422)
            #expect(try await server.get(Self.base + "/leaderboard?since_days=0").status == 422)
        }
    }

    @Test("of another tenant are not seen, and a key needs the right scope")
    func isolation() async throws {
        try await TestServer.run(metrics: true) { server in
            let campaign = try await server.campaign("mine")
            _ = try await server.codes(4)
            _ = try await server.post("/api/admin/invitations/tenants", #"{"id":"other","name":"Other"}"#)
            let reader = try await server.key("read", tenant: "other")
            for query in ["", "?campaign_id=\(campaign)"] {
                let reply = try await server.get(Self.base + query, key: reader)
                #expect(reply.status == 200 && reply["data", "codes_issued"] == 0)
            }
            let claims = try await server.key("claims")
            #expect(try await server.get(Self.base, key: claims).status == 403)
            #expect(try await server.get(Self.base + "?since_days=0").status == 422)
        }
    }

    @Test("are refused with advice where they are not kept")
    func notKept() async throws {
        let (lines, directory) = (KeptLines(), try TemporaryDirectory("metrics"))
        try await TestServer.run(on: directory, logger: lines.logger()) { server in
            let reply = try await server.get(Self.base)
            #expect(reply.status == 503 && reply["code"] == "metrics_not_kept")
            #expect(try await server.get(Self.base + "/live").status == 503)
            _ = server.engine.quorum.require(1)
            _ = try await server.post("/api/admin/invitations/codes", #"{"count":1}"#)
            _ = server.engine.quorum.require(0)
        }
        // The log says when to ask again where that helps, and here it does not.
        let refused = lines.all.filter { $0.metadata["event"] == "request_refused" }
        #expect(refused.map { $0.metadata["code"] } == ["metrics_not_kept", "metrics_not_kept", "too_few_replicas"])
        #expect(refused.map { $0.metadata["retry_after_s"] } == [nil, nil, "1"])
    }

    @Test("live come once a second and show what has changed")
    func live() async throws {
        try await TestServer.run(metrics: true) { server in
            let code = try await server.codes(1, maxUses: 10)[0]
            var request = HTTPClientRequest(url: server.base + Self.base + "/live")
            request.headers.add(name: "Authorization", value: "Bearer \(TestServer.rootKey)")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
            #expect(response.headers.first(name: "content-type") == "text/event-stream")
            var text = ""
            for try await chunk in response.body {
                if text.isEmpty {
                    _ = try await server.post("/api/invitations/redeem", "{\"code\":\"\(code)\",\"redeemer_id\":\"r\"}")
                }
                text += String(buffer: chunk)
                if text.contains("\"redemptions\":1") { break }
            }
            #expect(text.hasPrefix("id: 1-") && text.contains("\nevent: metrics\ndata: {"))
        }
    }
}
