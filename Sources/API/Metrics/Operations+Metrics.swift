import CivilTime
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
    private static let scope: [Operation.Parameter] =
        CampaignFilter.parameters + [
            Operation.Parameter(name: "since_days", schema: ["type": "integer", "minimum": 1, "maximum": 3650])
        ]

    static let metrics: [Operation] = [
        Operation(
            method: .get, path: admin + "/metrics", name: "metricsSummary",
            summary: "All figures of the tenant or of one campaign.",
            chapter: .administration, need: .metrics, query: scope,
            replies: [Operation.Reply(.data(SummaryResource.self))],
            work: .query(summary)),
        Operation(
            method: .get, path: admin + "/metrics/timeseries", name: "metricsTimeseries",
            summary: "One metric by minute, hour or day of a zone of time, at most 10,000 points.",
            chapter: .administration, need: .metrics,
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
                Operation.Parameter(
                    name: "tz",
                    schema: [
                        "type": "string", "default": "UTC",
                        "description": "The name of a zone in the IANA database, such as Europe/Berlin.",
                    ]),
            ] + CampaignFilter.parameters,
            replies: [Operation.Reply(.data(SeriesResource.self))], work: .query(timeseries)),
        Operation(
            method: .get, path: admin + "/metrics/funnel", name: "metricsFunnel",
            summary: "From an invitation to a reward, as counts.",
            chapter: .administration, need: .metrics, query: scope,
            replies: [Operation.Reply(.data(FunnelResource.self))],
            work: .query(funnel)),
        Operation(
            method: .get, path: admin + "/metrics/leaderboard", name: "metricsLeaderboard",
            summary: "The issuers whose codes others have redeemed most.",
            chapter: .administration, need: .read,
            query: scope + [
                Operation.Parameter(
                    name: "limit", schema: ["type": "integer", "minimum": 1, "maximum": 1000, "default": 10])
            ],
            replies: [Operation.Reply(.data(LeaderboardResource.self))], work: .query(leaderboard)),
        Operation(
            method: .get, path: admin + "/metrics/live", name: "metricsLive",
            summary: "The summary once a second, as server-sent events.",
            chapter: .administration, need: .metrics, query: scope,
            replies: [Operation.Reply(status: 200, content: [("text/event-stream", .text)])], work: .feed(live)),
    ]

    // MARK: Reading

    /// The filters that a request asks for.
    private struct Question: Sendable {
        var tenant: TenantNumber
        var campaign: CampaignFilter
        var sinceDays: Int?

        init(_ call: Call) throws {
            tenant = call.tenant
            campaign = try CampaignFilter(call)
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
        _ call: Call, _ question: Question, length: ReadLength = .short,
        _ body: @escaping @Sendable (Metrics, MetricsScope) throws -> Value
    ) async throws -> Decided<Value> {
        do {
            return try await call.api.engine.read(current: call.wantsCurrent, length: length) { snapshot, now in
                let campaign = try question.campaign.number(tenant: question.tenant, in: snapshot)
                return try body(
                    try Metrics(snapshot, now: now), MetricsScope(tenant: question.tenant, campaign: campaign))
            }
        } catch let error as MetricsError {
            throw Problem(error)
        }
    }

    // MARK: Answers

    private static func summary(_ call: Call) async throws -> Answer {
        let question = try Question(call)
        let decided = try await read(call, question) { metrics, scope in
            Dated(try metrics.summary(scope, sinceDays: question.sinceDays), metrics)
        }
        return .shown(.data(SummaryResource.self), decided.value).at(decided.position)
    }

    private static func funnel(_ call: Call) async throws -> Answer {
        let question = try Question(call)
        let decided = try await read(call, question) { metrics, scope in
            Dated(try metrics.funnel(scope, sinceDays: question.sinceDays), metrics)
        }
        return .shown(.data(FunnelResource.self), decided.value).at(decided.position)
    }

    private static func timeseries(_ call: Call) async throws -> Answer {
        guard let metric: Figure = try call.queryWord("metric") else {
            throw Problem.invalid(field: "metric", "Is required.")
        }
        let interval: MetricsInterval = try call.queryWord("interval") ?? .day
        let zone = try zone(call)
        guard let from = try time("from", .start, zone, in: call) else {
            throw Problem.invalid(field: "from", "Is required.")
        }
        let to = try time("to", .end, zone, in: call)
        let question = try Question(call)
        @Sendable func bounds(_ now: Timestamp) throws(MetricsError) -> [Int64] {
            // Until now, the second that is being counted included.
            let end = to ?? Timestamp(milliseconds: now.milliseconds / 1000 * 1000 + 1000)
            guard from < end, end.milliseconds > 0 else { throw .emptyRange }
            let bounds = ZoneBuckets.bounds(
                in: zone, interval.width, from: max(0, from.milliseconds) / 1000,
                to: (end.milliseconds + 999) / 1000, countMax: Metrics.pointsMax)
            guard let bounds else { throw .tooManyPoints }
            return bounds
        }
        // Days of a zone are many hours each: what is long must not keep others waiting.
        let records = (try? Metrics.bucketCount(bounds(call.api.engine.now))) ?? 0
        let decided = try await read(call, question, length: records > shortRecordsMax ? .long : .short) {
            metrics, scope in
            let series = try metrics.timeSeries(metric, bounds: try bounds(metrics.asOf), scope)
            return Dated(ZonedSeries(series: series, interval: interval, zone: zone), metrics)
        }
        return .shown(.data(SeriesResource.self), decided.value).at(decided.position)
    }

    /// A read of more records takes longer than a page of a list.
    private static let shortRecordsMax = 10_000

    /// The zone whose days and hours are asked for.
    private static func zone(_ call: Call) throws(Problem) -> Zone {
        guard let name = call.query("tz") else { return .utc }
        let directory = call.api.zones
        do throws(ZoneDirectory.Fault) {
            return try directory.zone(name)
        } catch {
            switch error {
            case .unknown:
                let hint = directory.zoneMeant(by: name).map { " Did you mean \($0)?" } ?? ""
                throw .invalid(
                    field: "tz", "Must be the name of a zone in the IANA database, such as Europe/Berlin.\(hint)")
            case .notInstalled:
                throw .invalid(
                    field: "tz", "No zones are installed in \(directory.path) on this server: \(ZoneData.remedy).")
            }
        }
    }

    private static func time(
        _ name: String, _ edge: TimeText.DayEdge, _ zone: Zone, in call: Call
    ) throws -> Timestamp? {
        guard let text = call.query(name) else { return nil }
        do throws(TimeText.Fault) {
            return try TimeText.parse(text, dateMeans: edge, in: zone)
        } catch {
            throw Problem.invalid(field: name, error.rule)
        }
    }

    private static func leaderboard(_ call: Call) async throws -> Answer {
        let question = try Question(call)
        let limit = try whole("limit", 1...1000, in: call) ?? 10
        // For a part of the time it can be many records.
        let decided = try await read(call, question, length: question.sinceDays == nil ? .short : .long) {
            metrics, scope in
            Dated(try metrics.leaderboard(scope, limit: limit, sinceDays: question.sinceDays), metrics)
        }
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
                    let decided = try await read(call, question) { metrics, scope in
                        Dated(try metrics.summary(scope, sinceDays: question.sinceDays), metrics)
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
                "This node keeps no metrics at present: ask another one, or start it without --no-metrics, which computes "
                    + "them.")
        case .tooManyPoints:
            self = .invalid(
                field: "interval", "Gives too many points; a time series has at most \(Metrics.pointsMax).")
        case .tooManyReferrers:
            self = .invalid(
                field: "since_days",
                "There are too many referrers to rank them for a part of the time; leave it out, or name a campaign.")
        case .emptyRange: self = .invalid(field: "to", "Must be after 'from'.")
        case .damaged:
            self.init(503, "metrics_damaged", "The metrics of this node are damaged: run `usher metrics rebuild`.")
        }
    }
}
