import Domain
import Engine
import HTTPTypes
import JSONText
import Journal
import NIOCore
import Projections
import Store
import Wire

/// Metrics: exact at a position, on every node that keeps them.
extension Operations {
    private static let scope: [Operation.Parameter] = [
        .campaignID,
        Operation.Parameter(name: "since_days", schema: ["type": "integer", "minimum": 1, "maximum": 3650]),
    ]

    static let metrics: [Operation] = [
        Operation(
            method: .get, path: admin + "/metrics", name: "metricsSummary",
            summary: "All figures of the tenant or of one campaign.",
            chapter: .administration, need: .read, query: scope,
            replies: [Operation.Reply(.data(SummaryResource.self))],
            work: .query(summary)),
        Operation(
            method: .get, path: admin + "/metrics/timeseries", name: "metricsTimeseries",
            summary: "One metric by minute, hour or day (UTC), at most 5,000 points.",
            chapter: .administration, need: .read,
            query: [
                Operation.Parameter(
                    name: "metric",
                    schema: Figure.schema,
                    isRequired: true),
                Operation.Parameter(
                    name: "interval",
                    schema: [
                        "type": "string", "enum": .array(MetricsInterval.allCases.map { .string($0.rawValue) }),
                        "default": "day",
                    ]),
                Operation.Parameter(name: "from", schema: ["type": "string"], isRequired: true),
                Operation.Parameter(name: "to", schema: ["type": "string"]),
                .campaignID,
            ],
            replies: [Operation.Reply(.data(SeriesResource.self))], work: .query(timeseries)),
        Operation(
            method: .get, path: admin + "/metrics/funnel", name: "metricsFunnel",
            summary: "From an invitation to a reward, as counts.",
            chapter: .administration, need: .read, query: scope, replies: [Operation.Reply(.data(FunnelResource.self))],
            work: .query(funnel)),
        Operation(
            method: .get, path: admin + "/metrics/leaderboard", name: "metricsLeaderboard",
            summary: "The issuers whose codes others have redeemed most.",
            chapter: .administration, need: .read,
            query: [
                .campaignID,
                Operation.Parameter(
                    name: "limit", schema: ["type": "integer", "minimum": 1, "maximum": 1000, "default": 10]),
            ],
            replies: [Operation.Reply(.data(LeaderboardResource.self))], work: .query(leaderboard)),
        Operation(
            method: .get, path: admin + "/metrics/live", name: "metricsLive",
            summary: "The summary once a second, as server-sent events.",
            chapter: .administration, need: .read, query: scope,
            replies: [Operation.Reply(status: 200, content: [("text/event-stream", .text)])], work: .feed(live)),
    ]

    // MARK: Reading

    /// The interval and the filters that a request asks for.
    private struct Question: Sendable {
        var scope: MetricsScope
        var sinceDays: Int?

        init(_ call: Call) throws {
            scope = MetricsScope(tenant: call.tenant, campaign: try call.queryNumber("campaign_id"))
            sinceDays = try Operations.whole("since_days", 1...3650, in: call)
        }
    }

    private static func whole(_ name: String, _ range: ClosedRange<Int>, in call: Call) throws -> Int? {
        guard let text = call.query(name) else { return nil }
        guard let number = Call.digits(text).flatMap({ Int(exactly: $0) }), range.contains(number) else {
            throw Problem.invalid(
                field: name, "Must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// Reads at the newest commit, which contains the position asked for, and on a primary everything acknowledged.
    private static func read<Value: Sendable>(
        _ call: Call, _ body: @escaping @Sendable (Metrics) throws -> Value
    ) async throws -> Decided<Value> {
        let waits = call.api.engine.decides || call.request.headers[.usherMinPosition] != nil
        do {
            return try await call.api.engine.read(current: waits) { snapshot, now in
                try body(try Metrics(snapshot, now: now))
            }
        } catch let error as MetricsError {
            throw Problem(error)
        }
    }

    // MARK: Answers

    private static func summary(_ call: Call) async throws -> Answer {
        let question = try Question(call)
        let decided = try await read(call) { metrics in
            Dated(try metrics.summary(question.scope, sinceDays: question.sinceDays), metrics)
        }
        return .shown(.data(SummaryResource.self), decided.value).at(decided.position)
    }

    private static func funnel(_ call: Call) async throws -> Answer {
        let question = try Question(call)
        let decided = try await read(call) { metrics in
            Dated(try metrics.funnel(question.scope, sinceDays: question.sinceDays), metrics)
        }
        return .shown(.data(FunnelResource.self), decided.value).at(decided.position)
    }

    private static func timeseries(_ call: Call) async throws -> Answer {
        guard let metric: Figure = try call.queryWord("metric") else {
            throw Problem.invalid(field: "metric", "Is required.")
        }
        let interval: MetricsInterval = try call.queryWord("interval") ?? .day
        guard let from = try time("from", .start, in: call) else {
            throw Problem.invalid(field: "from", "Is required.")
        }
        let to = try time("to", .end, in: call)
        let scope = try Question(call).scope
        let decided = try await read(call) { metrics in
            // Until now, the second that is being counted included.
            let end = to ?? Timestamp(milliseconds: metrics.asOf.milliseconds + 1000)
            return Dated(try metrics.timeSeries(metric, interval, from: from, to: end, scope), metrics)
        }
        return .shown(.data(SeriesResource.self), decided.value).at(decided.position)
    }

    private static func time(_ name: String, _ edge: TimeText.DayEdge, in call: Call) throws -> Timestamp? {
        guard let text = call.query(name) else { return nil }
        do throws(TimeText.Fault) {
            return try TimeText.parse(text, dateMeans: edge)
        } catch {
            throw Problem.invalid(field: name, error.rule)
        }
    }

    private static func leaderboard(_ call: Call) async throws -> Answer {
        let scope = try Question(call).scope
        let limit = try whole("limit", 1...1000, in: call) ?? 10
        let decided = try await read(call) { metrics in Dated(try metrics.leaderboard(scope, limit: limit), metrics) }
        return .shown(.data(LeaderboardResource.self), decided.value).at(decided.position)
    }

    private static func live(_ call: Call) async throws -> Answer {
        let question = try Question(call)
        // A fault of the question is found now, while a status can still be answered.
        _ = try await summary(call)
        return Answer(
            type: "text/event-stream",
            body: .stream { writer in
                while !call.api.lifecycle.isDraining, call.api.engine.failure == nil {
                    let decided = try await read(call) { metrics in
                        Dated(try metrics.summary(question.scope, sinceDays: question.sinceDays), metrics)
                    }
                    var event = JSONWriter()
                    event.raw("id: ")
                    event.buffer.writeString(decided.position.description)
                    event.raw("\nevent: metrics\ndata: ")
                    SummaryResource.write(decided.value, to: &event, Showing(ids: call.ids))
                    event.raw("\n\n")
                    try await writer.write(event.buffer)
                    try await Task.sleep(for: .seconds(1))
                }
            })
    }
}

extension Problem {
    /// Makes the problem of metrics that cannot be read.
    fileprivate init(_ error: MetricsError) {
        switch error {
        case .stale:
            self.init(
                503, "metrics_not_kept",
                "This node keeps no metrics: ask a replica, or start it with --metrics.")
        case .tooManyPoints(let count):
            self = .invalid(
                field: "interval", "Gives \(count) points; a time series has at most \(Metrics.pointsMax).")
        case .emptyRange: self = .invalid(field: "to", "Must be after 'from'.")
        case .damaged:
            self.init(503, "metrics_damaged", "The metrics of this node are damaged: run `usher metrics rebuild`.")
        }
    }
}
