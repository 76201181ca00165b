import Engine
import Foundation
import Journal

/// The lines that a server prints when it starts.
struct Banner: Sendable {
    var settings: ServeSettings
    var recovery: Engine.RecoveryReport
    var rootKey: RootKey
    var position: LogPosition
    var standing: NodeStanding
    var demonstrates: Bool

    /// The lines before connections are taken: version, directory and root key.
    var opening: String {
        var lines = [
            "usher \(UsherVersion.current)",
            "  data        \(Banner.absolute(settings.data))",
            "  durability  \(settings.durability)\(durabilityNote)",
            "  role        \(roleText)",
            "  position    \(position)",
            "  recovery    \(Banner.text(of: recovery))",
        ]
        switch rootKey {
        case .given: lines.append("  root key    as given")
        case .shownBefore:
            lines.append("  root key    was shown at the first start; to use another one: --root-key-file FILE")
        case .made(let text):
            lines.append("  root key    \(text)")
            lines.append("              Keep it: it is shown this once and is not stored.")
        }
        return lines.joined(separator: "\n")
    }

    /// The line once connections are taken: the address.
    func listening(port: Int) -> String {
        let url = settings.url(port: port)
        var text = "  listening   \(url)   (health \(url)/readyz?verbose, API \(url)/openapi.json)"
        if demonstrates { text += "\n\n" + demonstration(url) }
        return text
    }

    private var roleText: String {
        switch standing.authority {
        case .primary: "primary"
        case .replica: "replica"
        case .superseded(let epoch):
            "superseded: \(standing.primary ?? "another node") has taken over in epoch \(epoch); writes are refused here"
        }
    }

    private var durabilityNote: String {
        switch settings.durability {
        case .fsync: ""
        case .interval(let milliseconds): "   (a power cut may cost the last \(milliseconds) ms)"
        case .none: "   (a power cut may cost what the system had not written)"
        }
    }

    /// The result of opening a directory, in words.
    static func text(of recovery: Engine.RecoveryReport) -> String {
        if recovery.isFirstStart { return "a new directory" }
        var text = "\(recovery.framesReplayed) frames replayed (\(recovery.commandsReplayed) commands)"
        if let cut = recovery.cut {
            text += "; an unfinished frame of \(cut.bytes) bytes was cut off, a copy is in \(cut.copy)"
        }
        return text
    }

    static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

    private func demonstration(_ url: String) -> String {
        var export = "export USHER_KEY=<the root key>"
        if case .made(let key) = rootKey { export = "export USHER_KEY=\(key)" }
        return """
            Two people race for the last place; paste this into another shell:

            \(export)
            CODE=$(curl -s \(url)/api/admin/invitations/codes -H "Authorization: Bearer $USHER_KEY" \\
              -d '{"count": 1, "max_uses": 1}' | sed 's/.*"code":"\\([^"]*\\)".*/\\1/')
            for who in ana ben; do
              curl -s \(url)/api/invitations/redeem -H "Authorization: Bearer $USHER_KEY" \\
                -d "{\\"code\\": \\"$CODE\\", \\"redeemer_id\\": \\"$who\\"}" -w "   <- $who\\n" &
            done; wait

            One answer has "ok":true, the other "error":"exhausted", whoever was first.
            """
    }
}
