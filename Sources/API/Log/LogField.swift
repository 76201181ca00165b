/// A field of a line in a node's log.
package struct LogField: Hashable, Sendable {
    /// The name, which never changes.
    package let name: String
    /// Its meaning, for people.
    package let meaning: String

    private init(_ name: String, _ meaning: String) {
        self.name = name
        self.meaning = meaning
    }
}

extension LogField {
    package static let after = LogField("after", "the number from now on")
    package static let before = LogField("before", "the number until now")
    package static let bytes = LogField("bytes", "the number of bytes")
    package static let by = LogField(
        "by", "the id of the API key of the one who asked; `given_root_key` for a root key of the command line")
    package static let code = LogField("code", "the word of the answer for programs")
    package static let copy = LogField("copy", "the file that keeps it")
    package static let durability = LogField("durability", "when claims are acknowledged")
    package static let edition = LogField("edition", "the edition of the zones, where their files say it")
    package static let epoch = LogField("epoch", "the epoch")
    package static let error = LogField("error", "the type of the error: its text may tell of a person")
    package static let expiresAt = LogField("expires_at", "the end of the certificate's validity")
    package static let follower = LogField("follower", "the name of the node that follows this one")
    package static let framesReplayed = LogField("frames_replayed", "the frames of the journal that the start has read")
    package static let freeBytes = LogField("free_bytes", "the free bytes of the journal's file system")
    package static let limitBytes = LogField("limit_bytes", "the free bytes below which this is said")
    package static let lines = LogField("lines", "the number of lines")
    package static let meant = LogField("meant", "the name that was probably meant, where one is near")
    package static let method = LogField("method", "the method of the request; `other` for one that no route has")
    package static let milliseconds = LogField("duration_ms", "the time that it took, in milliseconds")
    package static let node = LogField("node", "the name of the node among the nodes")
    package static let position = LogField("position", "the position of the log that it is true at")
    package static let primary = LogField("primary", "the URL of the primary, where it is known")
    package static let readers = LogField("readers", "the number of readers")
    package static let reason = LogField("reason", "the reason: a word where programs look for it, else a sentence")
    package static let detail = LogField("detail", "the reason as a sentence")
    package static let retryAfter = LogField(
        "retry_after_s", "the seconds after which the client may try again; absent where that does not help")
    package static let role = LogField("role", "`primary`, `replica` or `superseded`")
    package static let route = LogField(
        "route", "the path as the API declares it, with `{id}` for an id, and without the query; `other` for none")
    package static let seconds = LogField("seconds", "the time that it lasted, in seconds")
    package static let served = LogField("served", "the connections that can be served")
    package static let slowerThan = LogField("slower_than_ms", "the time of a sync above which it counts as slow")
    package static let state = LogField("state", "the state of the zones: `old` or `missing`")
    package static let status = LogField("status", "the HTTP status of the answer")
    package static let subject = LogField("subject", "the id of the thing that was made or changed")
    package static let syncs = LogField("syncs", "the syncs that were slow since this was said last, or in a minute")
    package static let tenant = LogField("tenant", "the tenant that the request worked on")
    package static let traceID = LogField("trace_id", "the trace id that the answer shows to the client")
    package static let upstream = LogField("upstream", "the URL of the node that this one follows")
    package static let url = LogField("url", "the URL of a node")
    package static let urls = LogField("urls", "the URLs of nodes")
    package static let variable = LogField("variable", "the name of a variable of the environment")
    package static let version = LogField("version", "the version of the program")
    package static let wanted = LogField("wanted", "the connections that were asked for")

    /// Every field.
    package static let all: [LogField] = [
        after, before, by, bytes, code, copy, detail, durability, milliseconds, edition, epoch, error, expiresAt,
        follower,
        framesReplayed,
        freeBytes, limitBytes, lines, meant, method, node, position, primary, readers, reason, retryAfter, role, route,
        seconds, served,
        slowerThan,
        state, status, subject, syncs, tenant, traceID, upstream, url, urls, variable, version, wanted,
    ]
}
