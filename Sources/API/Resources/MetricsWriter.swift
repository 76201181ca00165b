import JSONText
import Journal
import NIOCore
import Projections
import Wire

/// Writes metrics as the API shows them.
enum MetricsWriter {
    static func write(_ dated: Dated<MetricsSummary>, to writer: inout JSONWriter) {
        let summary = dated.figures
        writer.raw("{")
        write(
            [
                ("codes_issued", summary.codesIssued), ("redemptions", summary.redemptions),
                ("invites_sent", summary.invitesSent), ("invites_accepted", summary.invitesAccepted),
                ("referrals_qualified", summary.referralsQualified), ("distinct_referrers", summary.distinctReferrers),
                ("places", summary.places), ("codes_claimed", summary.codesClaimed),
                ("redemptions_released", summary.redemptionsReleased), ("holds", summary.holds),
                ("holds_confirmed", summary.holdsConfirmed), ("holds_released", summary.holdsReleased),
                ("holds_expired", summary.holdsExpired),
            ], to: &writer)
        writer.raw(",\"k_factor\":")
        writer.ratio(summary.kFactor)
        writer.raw(",\"acceptance_rate\":")
        writer.ratio(summary.acceptanceRate)
        writer.raw(",\"conversion_rate\":")
        writer.ratio(summary.conversionRate)
        writer.raw(",\"ttr_p50_seconds\":")
        writer.integer(summary.waitMedianSeconds)
        writer.raw(",\"ttr_p90_seconds\":")
        writer.integer(summary.waitNinetiethSeconds)
        end(dated, to: &writer)
    }

    static func write(_ dated: Dated<MetricsFunnel>, to writer: inout JSONWriter) {
        let funnel = dated.figures
        writer.raw("{\"steps\":[")
        let steps = [
            ("invites_sent", funnel.invitesSent), ("invites_accepted", funnel.invitesAccepted),
            ("codes_issued", funnel.codesIssued), ("codes_claimed", funnel.codesClaimed),
            ("redemptions", funnel.redemptions), ("referrals_qualified", funnel.referralsQualified),
            ("rewards", funnel.rewards),
        ]
        for (index, step) in steps.enumerated() {
            writer.raw(index == 0 ? "{\"step\":" : ",{\"step\":")
            writer.string(step.0)
            writer.raw(",\"count\":")
            writer.integer(step.1)
            writer.raw("}")
        }
        writer.raw("]")
        end(dated, to: &writer)
    }

    static func write(_ dated: Dated<TimeSeries>, to writer: inout JSONWriter) {
        let series = dated.figures
        writer.raw("{\"metric\":")
        writer.string(series.metric.word)
        writer.raw(",\"interval\":")
        writer.string(series.interval.rawValue)
        writer.raw(",\"points\":[")
        var start = series.start
        for (index, value) in series.values.enumerated() {
            writer.raw(index == 0 ? "{\"start\":" : ",{\"start\":")
            writer.time(start)
            writer.raw(",\"value\":")
            writer.integer(value)
            writer.raw("}")
            start.milliseconds += Int64(series.interval.seconds) * 1000
        }
        writer.raw("]")
        end(dated, to: &writer)
    }

    static func write(_ dated: Dated<[LeaderboardEntry]>, to writer: inout JSONWriter) {
        writer.raw("{\"leaders\":[")
        for (index, entry) in dated.figures.enumerated() {
            writer.raw(index == 0 ? "{\"rank\":" : ",{\"rank\":")
            writer.integer(entry.rank)
            writer.raw(",\"referrer_id\":")
            writer.string(entry.issuer)
            writer.raw(",\"redemptions\":")
            writer.integer(entry.redemptions)
            writer.raw(",\"places\":")
            writer.integer(entry.places)
            writer.raw("}")
        }
        writer.raw("]")
        end(dated, to: &writer)
    }

    private static func write(_ counts: [(String, UInt64)], to writer: inout JSONWriter) {
        for (index, count) in counts.enumerated() {
            if index > 0 { writer.raw(",") }
            writer.string(count.0)
            writer.raw(":")
            writer.integer(count.1)
        }
    }

    private static func end(_ dated: Dated<some Sendable>, to writer: inout JSONWriter) {
        writer.raw(",\"position\":")
        writer.position(dated.position)
        writer.raw(",\"as_of\":")
        writer.time(dated.asOf)
        writer.raw("}")
    }
}

extension JSONWriter {
    /// A number with at most four decimals.
    fileprivate mutating func ratio(_ value: Double) {
        buffer.writeString("\(value)")
    }
}
