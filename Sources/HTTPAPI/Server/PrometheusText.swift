import Engine
import Invitations
import Journal

/// The engine's figures in the text format of Prometheus.
///
/// Names no tenant, code or person.
enum PrometheusText {
    static func render(_ status: EngineStatus, connections: Int, version: String) -> String {
        var text = Page()
        let counts = status.counts
        text.family("usher_build_info", "gauge", "The running version.")
        text.sample("usher_build_info", "{version=\"\(version)\"}", 1)
        text.family("usher_claims_total", "counter", "Claims answered since the start, by outcome.")
        text.sample("usher_claims_total", "{outcome=\"redeemed\"}", counts.redeemed)
        text.sample("usher_claims_total", "{outcome=\"held\"}", counts.held)
        text.sample("usher_claims_total", "{outcome=\"replayed\"}", counts.replayed)
        for reason in RefusalReason.allCases where Int(reason.rawValue) < counts.refused.count {
            text.sample("usher_claims_total", "{outcome=\"\(reason.code)\"}", counts.refused[Int(reason.rawValue)])
        }
        text.single("usher_holds_active", "gauge", "Holds whose places are taken.", status.holdsLive)
        text.single("usher_holds_expired_total", "counter", "Holds that ran out.", counts.holdsExpired)
        text.single("usher_commands_total", "counter", "Commands that changed the state.", counts.commands)
        text.single("usher_batches_total", "counter", "Batches decided.", counts.batches)
        text.single("usher_journal_frames_total", "counter", "Frames written.", counts.frames)
        text.single("usher_journal_frame_bytes_total", "counter", "Bytes of frames, as stored.", counts.frameBytes)
        text.family("usher_log_fsync_seconds", "summary", "Time spent in syncs of the journal.")
        text.sample("usher_log_fsync_seconds_sum", "", seconds(counts.syncNanoseconds))
        text.sample("usher_log_fsync_seconds_count", "", counts.syncs)
        text.family("usher_log_fsync_seconds_max", "gauge", "The longest sync of the journal since the start.")
        text.sample("usher_log_fsync_seconds_max", "", seconds(counts.syncNanosecondsMax))
        text.single("usher_store_commits_total", "counter", "Synced LMDB commits.", counts.commits)
        text.single("usher_inbox_depth", "gauge", "Commands that wait for the sequencer.", status.inboxDepth)
        text.single("usher_overlay_bytes", "gauge", "Memory of effects that are not in LMDB yet.", status.overlayBytes)
        text.single("usher_journal_bytes", "gauge", "Bytes of all journal segments.", status.journalBytes)
        text.single("usher_epoch", "gauge", "The epoch of the node's position.", status.position.epoch)
        text.single("usher_position", "gauge", "The last acknowledged sequence.", status.position.sequence)
        text.single(
            "usher_applied_position", "gauge", "The last sequence in LMDB.", status.appliedPosition.sequence)
        text.single("usher_free_disk_bytes", "gauge", "Free bytes where the journal is.", status.freeDiskBytes)
        text.single("usher_disk_full", "gauge", "1 while writes are refused for lack of room.", status.diskFull ? 1 : 0)
        text.single("usher_ready", "gauge", "1 while commands are taken.", status.phase == .ready ? 1 : 0)
        text.single("usher_connections_open", "gauge", "Open HTTP connections.", connections)
        return text.text
    }

    private static func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds) / 1_000_000_000 }

    private struct Page {
        var text = ""

        mutating func family(_ name: String, _ type: String, _ help: String) {
            text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        }

        mutating func sample(_ name: String, _ labels: String, _ value: some CustomStringConvertible) {
            text += "\(name)\(labels) \(value)\n"
        }

        mutating func single(_ name: String, _ type: String, _ help: String, _ value: some CustomStringConvertible) {
            family(name, type, help)
            sample(name, "", value)
        }
    }
}
