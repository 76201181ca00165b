import Engine
import HTTPServer
import Journal
import Replication

/// The files that connections of a node are secured by, read before anything is made.
struct SecurityFiles: Sendable {
    /// The certificate of the node and its key; nil for plain HTTP.
    var identity: TLSIdentity?
    /// The way to other nodes, and whom it trusts.
    var upstreamClient = UpstreamClient.standard

    /// Reads what the settings name.
    ///
    /// - Throws: ``CommandFailure`` with code 64 that says which file is at fault.
    init(_ settings: ServeSettings) throws {
        if let files = settings.tlsFiles {
            do throws(TLSFault) {
                identity = try TLSIdentity(certificate: files.certificate, key: files.key)
            } catch {
                throw CommandFailure("\(error) Nothing was started.", code: Exit.usage)
            }
        }
        if let authorities = settings.authorities {
            do throws(UpstreamError) {
                upstreamClient = try UpstreamClient(authorities: authorities)
            } catch {
                throw CommandFailure("--ca: \(error). Nothing was started.", code: Exit.usage)
            }
        }
    }
}
