import AsyncHTTPClient
import Foundation
import JSONText
import NIOCore
import NIOHTTP1
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
        try await TestServer.run { server in
            let reply = try await server.get(Self.base)
            #expect(reply.status == 503 && reply["code"] == "metrics_not_kept")
            #expect(try await server.get(Self.base + "/live").status == 503)
        }
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
