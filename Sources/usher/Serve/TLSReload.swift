import API
import Engine
import HTTPServer
import Journal
import ServiceLifecycle
import Wire

/// Reads the certificate of a node anew when it is told to, and says in the log when its end is near.
///
/// Files that cannot be used change nothing: what was loaded before stays in use.
struct TLSReload: Service {
    let identity: TLSIdentity
    let log: NodeLog

    /// The time before its end at which a certificate is worth a warning.
    private static let warningDays: Int64 = 14
    private static let millisecondsOfDay: Int64 = 86_400_000

    func run() async throws {
        note(.tlsLoaded)
        try? await cancelWhenGracefulShutdown {
            while true {
                warn()
                try await Task.sleep(for: .seconds(TLSReload.millisecondsOfDay / 1000))
            }
        }
    }

    private var now: Timestamp { Timestamp(milliseconds: SystemClock().wallMilliseconds()) }

    /// Reads the files again.
    func reload() {
        do throws(TLSFault) {
            try identity.reload(now: now)
            note(.tlsLoaded)
            warn()
        } catch {
            log.write(.tlsKept, (.reason, .text(error.description)), (.expiresAt, expiry))
        }
    }

    private func warn() {
        let left = identity.expiresAt.milliseconds - now.milliseconds
        if left < TLSReload.warningDays * TLSReload.millisecondsOfDay { note(.tlsExpiring) }
    }

    private func note(_ entry: LogEntry) { log.write(entry, (.expiresAt, expiry)) }

    private var expiry: LogValue { .text(TimeText.text(identity.expiresAt)) }
}
