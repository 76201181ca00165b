/// The plan of one load: target, connections, pace and length.
struct LoadPlan: Sendable {
    /// The rule for the instants at which requests are sent.
    enum Pace: Sendable {
        /// Sends when the request before is answered: a closed loop.
        case closed(seconds: Double)
        /// Sends by a schedule: an open loop.
        case open(RateSchedule.Segment)

        var seconds: Double {
            switch self {
            case .closed(let seconds): seconds
            case .open(let segment): segment.seconds
            }
        }
    }

    /// A part of the load with figures of its own.
    struct Phase: Sendable {
        var name: String
        var pace: Pace
        /// True if its figures count; else it only warms up.
        var isMeasured = true
    }

    var endpoint: Endpoint
    var connections: Int
    /// Requests that one connection may have under way.
    var pipeline: Int
    /// All closed, or all open.
    var phases: [Phase]
    /// Seconds to wait for an answer.
    var timeoutSeconds = 30.0

    /// True if requests follow a schedule.
    var isOpen: Bool {
        if case .open? = phases.first?.pace { true } else { false }
    }

    /// The schedule of an open loop.
    var schedule: RateSchedule {
        RateSchedule(
            phases.compactMap { phase in
                if case .open(let segment) = phase.pace { segment } else { nil }
            })
    }

    /// The length of all phases.
    var seconds: Double { phases.reduce(0) { $0 + $1.pace.seconds } }

    /// The phase that is on after so many nanoseconds.
    func phase(after nanoseconds: UInt64) -> Int {
        var end = 0.0
        for (index, phase) in phases.enumerated() {
            end += phase.pace.seconds
            if Double(nanoseconds) < end * 1e9 { return index }
        }
        return phases.count - 1
    }
}
