package import Logging

/// A kind of line in a node's log: its name, its level, its message and its fields, none of which depends on a request.
///
/// `docs/operating/logs.md` lists them; a test compares the two.
package struct LogEntry: Sendable {
    /// The name, which never changes: the member `event` of a line.
    package let name: String
    /// The level that it is always written at.
    package let level: Logger.Level
    /// The sentence for people.
    package let message: String
    /// The fields that it can have.
    package let fields: [LogField]
    /// True if it is left out when there are too many of its kind: false for those whose number an operator chooses.
    var isBounded = true

    private init(_ name: String, _ level: Logger.Level, _ message: String, _ fields: [LogField] = []) {
        self.name = name
        self.level = level
        self.message = message
        self.fields = fields
    }
}

// MARK: The process

extension LogEntry {
    package static let started = LogEntry(
        "started", .notice, "The node takes connections.",
        [.version, .node, .role, .epoch, .position, .durability, .framesReplayed, .url])
    package static let stopping = LogEntry(
        "stopping", .notice, "The node is draining: it takes no new connections and answers what was begun.")
    package static let stopped = LogEntry("stopped", .notice, "The node has stopped; everything is on disk.")
    package static let tailCut = LogEntry(
        "tail_cut", .warning,
        "An unfinished frame at the end of the journal was cut off, as after a power cut: nothing in it was acknowledged.",
        [.bytes, .copy])
    package static let historyBegun = LogEntry(
        "history_begun", .notice, "This is the first start after a restore: a new history begins.", [.epoch])
    package static let connectionsLowered = LogEntry(
        "connections_lowered", .warning,
        "The limit on open files is enough for fewer connections than were asked for; raise it (systemd: LimitNOFILE=).",
        [.wanted, .served])
    package static let storageFailed = LogEntry(
        "storage_failed", .critical,
        "Storage failed, and the node stops: acknowledged claims are in the journal. Mend the disk, run `usher doctor` "
            + "and start again.", [.reason])
    package static let nothingToReload = LogEntry(
        "nothing_to_reload", .notice,
        "SIGHUP asks to read the certificate anew, and this node has none: nothing was done.")
    package static let zonesNotCurrent = LogEntry(
        "zones_not_current", .warning,
        "The system's zones of time are old or missing: days and hours of a zone can be wrong in figures. Install or update "
            + "the package tzdata.", [.edition, .state])
    package static let variableUnknown = LogEntry(
        "variable_unknown", .warning,
        "A variable of the environment begins with USHER_ and is known to no command: nothing was read from it.",
        [.variable, .meant])
    package static let linesDropped = LogEntry(
        "lines_dropped", .warning, "Lines of the log were dropped: nobody read standard error.", [.lines])
}

// MARK: TLS

extension LogEntry {
    package static let tlsLoaded = LogEntry(
        "tls_loaded", .notice, "The certificate is loaded: connections from now on are secured by it.", [.expiresAt])
    package static let tlsKept = LogEntry(
        "tls_kept", .error, "The files of the certificate cannot be used; the certificate loaded before stays in use.",
        [.reason, .expiresAt])
    package static let tlsExpiring = LogEntry(
        "tls_expiring", .warning, "The certificate ends within 14 days, or is over.", [.expiresAt])
}

// MARK: Among nodes

extension LogEntry {
    package static let addressGuessed = LogEntry(
        "address_guessed", .warning,
        "This node listens on every address and was not told --advertise URL (USHER_ADVERTISE): other nodes and clients "
            + "are told this one, which is a guess.", [.url])
    package static let addressUnknown = LogEntry(
        "address_unknown", .warning,
        "This node listens on every address and was not told --advertise URL (USHER_ADVERTISE): other nodes and clients "
            + "are not told where it is. After a promotion they do not learn where to go.")
    package static let roleChanged = LogEntry(
        "role_changed", .notice, "The node has another role, or knows of a newer epoch.", [.role, .epoch, .primary])
    package static let newerPrimary = LogEntry(
        "newer_primary", .warning, "The node was told of the primary of a newer epoch.", [.epoch, .primary, .role])
    package static let primaryLost = LogEntry(
        "primary_lost", .warning, "The node that this one follows does not send its log any more.",
        [.upstream, .reason])
    package static let primaryFound = LogEntry(
        "primary_found", .notice, "The node that this one follows sends its log.", [.upstream, .position, .seconds])
    package static let followerConnected = LogEntry(
        "follower_connected", .notice, "A node follows this one.", [.follower, .url, .position])
    package static let followerLost = LogEntry(
        "follower_lost", .warning, "A node does not follow this one any more.", [.follower, .url, .position])
    package static let syncReplicasChanged = LogEntry(
        "sync_replicas_changed", .notice,
        "The number of followers that must have a claim before it is acknowledged was changed.",
        [.before, .after, .by])
    package static let struckOff = LogEntry(
        "struck_off", .notice, "A node that will never come back was struck off.", [.subject, .by])
    package static let bootstrapBegun = LogEntry(
        "bootstrap_begun", .notice, "Bootstrapping from a snapshot of the node to follow.", [.upstream, .reason])
    package static let bootstrapDelayed = LogEntry(
        "bootstrap_delayed", .warning, "The node to follow gave no snapshot; it is asked again.",
        [.upstream, .reason, .seconds])
    package static let bootstrapped = LogEntry(
        "bootstrapped", .notice, "The snapshot is loaded and verified.", [.upstream, .position])
    package static let ahead = LogEntry(
        "ahead", .critical, "This node has more than the node that it follows, and stops. Nothing was changed.",
        [.upstream, .reason])
    package static let diverged = LogEntry(
        "diverged", .critical,
        "This node's data is of another history than that of the node that it follows, and it stops. Nothing was changed.",
        [.upstream, .reason])
    package static let promotionBegun = LogEntry(
        "promotion_begun", .notice, "This node is to become the primary.", [.position, .upstream, .urls, .by])
    package static let promoted = LogEntry(
        "promoted", .notice, "This node is the primary of a new epoch.", [.epoch, .position])
    package static let promotionFailed = LogEntry(
        "promotion_failed", .error, "This node has not become the primary.", [.reason])
    package static let peerTold = LogEntry(
        "peer_told", .notice, "A node has heard that this one is the primary.", [.url, .epoch])
    package static let peerSilent = LogEntry(
        "peer_silent", .warning,
        "A node has not heard that this one is the primary; it is told again until it has.", [.url, .epoch, .reason])
    package static let peersUntold = LogEntry(
        "peers_untold", .warning,
        "Nodes may not know yet that this one is the primary. Give a root key as USHER_PRIMARY_KEY, and it tells them.",
        [.urls, .epoch])
}

// MARK: Health

extension LogEntry {
    package static let notReady = LogEntry(
        "not_ready", .error, "The node should get no requests.", [.reason, .detail])
    package static let readyAgain = LogEntry(
        "ready_again", .notice, "A reason why the node should get no requests is gone.", [.reason, .seconds])
    package static let diskLow = LogEntry(
        "disk_low", .warning, "The file system of the journal has little room.", [.freeBytes, .limitBytes])
    package static let diskRoomy = LogEntry(
        "disk_roomy", .notice, "The file system of the journal has room again.", [.freeBytes])
    package static let syncsSlow = LogEntry(
        "syncs_slow", .warning, "The disk takes long to make claims durable.", [.syncs, .slowerThan])
    package static let readersCleared = LogEntry(
        "readers_cleared", .warning, "Readers of LMDB's tables whose processes have died were cleared.", [.readers])
    package static let snapshotSent = LogEntry(
        "snapshot_sent", .notice, "A snapshot was sent to its end.", [.bytes, .milliseconds, .by])
    package static let snapshotBroken = LogEntry(
        "snapshot_broken", .warning, "A snapshot was not sent to its end.", [.bytes, .milliseconds, .by, .error])
}

// MARK: Requests

extension LogEntry {
    package static let keyCreated = LogEntry("key_created", .notice, "An API key was made.", [.subject, .tenant, .by])
    package static let keyRevoked = LogEntry(
        "key_revoked", .notice, "An API key was revoked.", [.subject, .tenant, .by])
    package static let keyReinstated = LogEntry(
        "key_reinstated", .notice, "A key that was revoked is valid again: it was given as the root key at the start.",
        [.subject, .tenant, .by])
    package static let tenantCreated = LogEntry(
        "tenant_created", .notice, "A tenant was made.", [.subject, .by])
    package static let requestFailed = LogEntry(
        "request_failed", .error, "A request failed by a fault of the server.",
        [.method, .route, .status, .traceID, .error])
    package static let requestRefused = LogEntry(
        "request_refused", .warning,
        "A request was not carried out. It may be sent again where `retry_after_s` says when; else not to this node.",
        [.method, .route, .status, .code, .retryAfter, .traceID])
    package static let request = {
        var entry = LogEntry(
            "request", .info, "A request was answered.", [.method, .route, .status, .milliseconds, .traceID])
        entry.isBounded = false
        return entry
    }()

    /// Every kind of line, in the order of the page.
    package static let all: [LogEntry] = [
        started, stopping, stopped, tailCut, historyBegun, connectionsLowered, storageFailed, nothingToReload,
        zonesNotCurrent, variableUnknown, linesDropped,
        tlsLoaded, tlsKept, tlsExpiring,
        addressGuessed, addressUnknown, roleChanged, newerPrimary, primaryLost, primaryFound, followerConnected,
        followerLost,
        syncReplicasChanged, struckOff, bootstrapBegun, bootstrapDelayed, bootstrapped, ahead, diverged,
        promotionBegun, promoted, promotionFailed, peerTold, peerSilent, peersUntold,
        notReady, readyAgain, diskLow, diskRoomy, syncsSlow, readersCleared, snapshotSent, snapshotBroken,
        keyCreated, keyRevoked, keyReinstated, tenantCreated, requestFailed, requestRefused, request,
    ]
}
