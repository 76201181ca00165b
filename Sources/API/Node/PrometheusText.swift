import CivilTime
import Domain
import Engine
import Journal
import Replication
import Store
import Wire

/// A node's figures in the text format of Prometheus.
///
/// Names no tenant, code or person. `docs/operating/monitoring.md` explains the families.
struct PrometheusText {
    private(set) var text = ""

    init(_ api: NodeServices) {
        let status = api.engine.status
        node(status, version: api.version)
        zones(api.zones.state, at: api.engine.now)
        ready(Readiness(api))
        answers(api.figures.answers)
        claims(status.counts, api.figures.claimTimes)
        log(status)
        store(status)
        replication(api, status)
        single("usher_connections_open", "gauge", "Open HTTP connections.", api.figures.connectionsOpen)
        if let process = ProcessFigures() { self.process(process) }
    }

    // MARK: Families

    private mutating func node(_ status: EngineStatus, version: String) {
        family("usher_build_info", "gauge", "The running version, and that of its data format.")
        sample("usher_build_info", "{version=\"\(version)\",data_format=\"\(DataDirectory.formatVersion)\"}", 1)
        family("usher_role", "gauge", "1 for what the node is.")
        for role in ["primary", "replica", "superseded"] {
            sample("usher_role", "{role=\"\(role)\"}", status.standing.authority.name == role ? 1 : 0)
        }
        single("usher_epoch", "gauge", "The epoch that the node is in.", status.standing.epoch)
        single("usher_position", "gauge", "The last acknowledged sequence.", status.position.sequence)
        single("usher_applied_position", "gauge", "The last sequence in LMDB.", status.appliedPosition.sequence)
        single("usher_free_disk_bytes", "gauge", "Free bytes where the journal is.", status.freeDiskBytes)
        single("usher_disk_full", "gauge", "1 while writes are refused for lack of room.", status.diskFull ? 1 : 0)
    }

    private mutating func zones(_ zones: ZoneData, at now: Timestamp) {
        family("usher_zones_info", "gauge", "The edition of the system's zones of time.")
        sample("usher_zones_info", "{edition=\"\(zones.edition ?? "")\"}", 1)
        family("usher_zones_state", "gauge", "1 for the state of the system's zones of time.")
        let state = zones.state(at: now.milliseconds / 1000)
        for one in ZoneData.State.allCases {
            sample("usher_zones_state", "{state=\"\(one.rawValue)\"}", one == state ? 1 : 0)
        }
    }

    /// The words of problems that a 503 has when a node or its surroundings are in trouble.
    private static let usualReasons = [
        "disk_full", "draining", "outcome_unknown", "overloaded", "storage_failed", "timed_out", "too_few_replicas",
        "too_many_connections",
    ]

    private mutating func answers(_ figures: AnswerFigures) {
        family("usher_http_requests_total", "counter", "Requests answered, by route, method and status.")
        let all = figures.all
        var requests: [String: UInt64] = [:]
        var reasons: [String: UInt64] = [:]
        for (kind, count) in all {
            let route = kind.route.isEmpty ? "unknown" : kind.route
            requests["{route=\"\(route)\",method=\"\(kind.method)\",status=\"\(kind.status)\"}", default: 0] += count
            if !kind.reason.isEmpty { reasons[kind.reason, default: 0] += count }
        }
        for (labels, count) in requests.sorted(by: { $0.key < $1.key }) {
            sample("usher_http_requests_total", labels, count)
        }
        family("usher_http_unavailable_total", "counter", "Requests answered 503, by the reason.")
        // Those of an alert are there before the first one, so that its rate is known.
        for reason in PrometheusText.usualReasons { reasons[reason, default: 0] += 0 }
        for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
            sample("usher_http_unavailable_total", "{reason=\"\(reason)\"}", count)
        }
    }

    private mutating func ready(_ readiness: Readiness) {
        single(
            "usher_ready", "gauge", "1 while claims are taken, on a replica while it is near the primary.",
            readiness.isReady ? 1 : 0)
        family("usher_not_ready", "gauge", "1 for each reason why the node is not ready.")
        for code in Readiness.codes {
            sample(
                "usher_not_ready", "{reason=\"\(code)\"}", readiness.reasons.contains { $0.code == code } ? 1 : 0)
        }
    }

    private mutating func claims(_ counts: EngineCounts, _ latency: Histogram) {
        family("usher_claims_total", "counter", "Claims answered since the start, by outcome.")
        sample("usher_claims_total", "{outcome=\"redeemed\"}", counts.claims.redeemed)
        sample("usher_claims_total", "{outcome=\"held\"}", counts.claims.held)
        sample("usher_claims_total", "{outcome=\"replayed\"}", counts.claims.replayed)
        for reason in RefusalReason.allCases {
            sample("usher_claims_total", "{outcome=\"\(reason.word)\"}", counts.claims.refused(reason))
        }
        histogram(
            "usher_claim_duration_seconds", "From reading a claim to answering it, durability included.", latency,
            unit: 1e-9)
        single("usher_holds_expired_total", "counter", "Holds that ran out.", counts.settled(.hold))
        single(
            "usher_rewards_settled_total", "counter", "Rewards that the clock confirmed or let expire.",
            counts.settled(.reward))
        single("usher_commands_total", "counter", "Commands that changed the state.", counts.commands)
        histogram("usher_batch_commands", "Commands that were decided together.", counts.batchSizes, unit: 1)
    }

    private mutating func log(_ status: EngineStatus) {
        let counts = status.counts
        single("usher_journal_frames_total", "counter", "Frames written.", counts.frames)
        single("usher_journal_frame_bytes_total", "counter", "Bytes of frames, as stored.", counts.frameBytes)
        histogram("usher_journal_sync_duration_seconds", "Syncs of the journal.", counts.syncTimes, unit: 1e-9)
        family("usher_journal_sync_duration_seconds_max", "gauge", "The longest sync since the start.")
        sample("usher_journal_sync_duration_seconds_max", "", Double(counts.syncNanosecondsMax) * 1e-9)
        single("usher_journal_bytes", "gauge", "Bytes of all journal segments.", status.journalBytes)
        single("usher_inbox_depth", "gauge", "Commands that wait for the sequencer.", status.inboxDepth)
        single("usher_inbox_capacity", "gauge", "Commands that may wait for the sequencer.", status.inboxCapacity)
        single("usher_overlay_bytes", "gauge", "Memory of effects that are not in LMDB yet.", status.overlayBytes)
        single(
            "usher_key_filter_bytes", "gauge", "Memory of the filter of known keys; 0 until it is made.",
            status.keyFilterBytes)
        single("usher_holds_active", "gauge", "Holds whose places are taken.", status.waiting(.hold))
    }

    private mutating func store(_ status: EngineStatus) {
        single("usher_store_commits_total", "counter", "Synced LMDB commits.", status.counts.commits)
        guard let store = status.store else { return }
        single("usher_store_map_bytes", "gauge", "Address space that LMDB may use.", store.mapBytes)
        single("usher_store_used_bytes", "gauge", "Bytes of the LMDB file in use.", store.usedBytes)
        single("usher_store_readers", "gauge", "LMDB readers that hold a state.", store.readers)
        single(
            "usher_store_reader_slots_used", "gauge", "Slots of LMDB's table of readers that are taken.",
            store.readersTaken)
        single("usher_store_reader_slots", "gauge", "Slots of LMDB's table of readers.", store.readersMax)
        single(
            "usher_store_stale_readers_cleared_total", "counter",
            "Slots of readers that had died, freed since the start.",
            status.counts.staleReaders)
        let oldest = store.oldestReaderTransaction ?? store.lastTransaction
        single(
            "usher_store_oldest_reader_commits", "gauge", "Commits that the oldest reader is behind.",
            store.lastTransaction - min(oldest, store.lastTransaction))
    }

    private mutating func replication(_ api: NodeServices, _ status: EngineStatus) {
        single(
            "usher_sync_replicas", "gauge", "Followers that must have a claim before it is acknowledged.",
            api.engine.quorum.required)
        let followers = api.followers.reports
        single("usher_followers", "gauge", "Connected followers.", followers.count)
        if !followers.isEmpty {
            family("usher_follower_lag_sequences", "gauge", "Sequences that a follower has not confirmed.")
            for one in followers { sample("usher_follower_lag_sequences", label(one), one.lagSequences) }
            family("usher_follower_lag_bytes", "gauge", "Journal bytes that a follower has not confirmed.")
            for one in followers { sample("usher_follower_lag_bytes", label(one), one.lagBytes) }
            family("usher_follower_lag_seconds", "gauge", "Age of the oldest command not confirmed by a follower.")
            for one in followers {
                sample("usher_follower_lag_seconds", label(one), Double(one.lagMilliseconds) / 1000)
            }
        }
        guard let following = api.replica?.follower.status else { return }
        let lag = following.lagMilliseconds.map { String(Double($0) / 1000) } ?? "NaN"
        single("usher_replica_lag_seconds", "gauge", "Age of the oldest command that this replica does not have.", lag)
        single(
            "usher_replica_upstream_position", "gauge", "The upstream's sequence, as far as it is known.",
            following.upstreamPosition?.sequence ?? 0)
        single("usher_replica_connections_total", "counter", "Times the stream was opened.", following.connections)
    }

    /// Writes the figures of the process under the names that Prometheus' own clients use.
    private mutating func process(_ figures: ProcessFigures) {
        single("process_cpu_seconds_total", "counter", "Processor time of all threads.", figures.cpuSeconds)
        single(
            "process_resident_memory_bytes", "gauge", "Memory in RAM, the resident pages of LMDB's map included.",
            figures.residentBytes)
        single(
            "process_start_time_seconds", "gauge", "When the process began, in seconds since 1970.",
            figures.startSeconds)
    }

    // MARK: Format

    private func label(_ follower: Followers.Report) -> String { "{node=\"\(follower.identity.node)\"}" }

    private mutating func family(_ name: String, _ type: String, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    private mutating func sample(_ name: String, _ labels: String, _ value: some CustomStringConvertible) {
        text += "\(name)\(labels) \(value)\n"
    }

    private mutating func single(_ name: String, _ type: String, _ help: String, _ value: some CustomStringConvertible)
    {
        family(name, type, help)
        sample(name, "", value)
    }

    private mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram, unit: Double) {
        family(name, "histogram", help)
        var below: UInt64 = 0
        for (exponent, count) in zip(histogram.exponents, histogram.counts) {
            below += count
            let bound = Double(UInt64(1) << UInt64(exponent)) * unit
            sample("\(name)_bucket", "{le=\"\(bound)\"}", below)
        }
        sample("\(name)_bucket", "{le=\"+Inf\"}", histogram.count)
        sample("\(name)_sum", "", Double(histogram.sum) * unit)
        sample("\(name)_count", "", histogram.count)
    }
}
