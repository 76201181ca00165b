internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
package import NIOSSL
internal import Synchronization

/// The way to other nodes over HTTP, and the certificates that are trusted on it.
public final class UpstreamClient: Sendable {
    /// The longest silence on a stream; heartbeats come twice a second.
    private static let silenceSeconds: Int64 = 5

    /// Trusts whom the machine trusts.
    public static let standard = UpstreamClient(trust: nil)

    let http: HTTPClient

    /// The clients of this process, which last as long as it does: the library ends a process that lets go of one.
    private static let kept = Mutex<[HTTPClient]>([])

    /// Trusts the authorities in a file, and no others.
    ///
    /// - Parameter authorities: The path of a file of certificates in PEM form.
    /// - Throws: ``UpstreamError`` when it has none.
    public convenience init(authorities: String) throws(UpstreamError) {
        self.init(trust: try UpstreamClient.trust(authorities: authorities))
    }

    private init(trust: NIOSSLTrustRoots?) {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(3)
        configuration.timeout.read = .seconds(UpstreamClient.silenceSeconds)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.tlsConfiguration = UpstreamClient.tls(trusting: trust)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        UpstreamClient.kept.withLock { $0.append(http) }
    }

    /// The authorities in a file of certificates in PEM form.
    ///
    /// - Throws: ``UpstreamError`` when there are none.
    package static func trust(authorities path: String) throws(UpstreamError) -> NIOSSLTrustRoots {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .unreachable("\(path) cannot be read")
        }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
            throw .unreachable("\(path) has no certificate in PEM form")
        }
        return .certificates(certificates)
    }

    /// TLS as clients of nodes speak it: from version 1.2 on, with the name of the server verified.
    ///
    /// - Parameter roots: The authorities that are trusted; nil for those of the machine.
    /// - Returns: The configuration.
    package static func tls(trusting roots: NIOSSLTrustRoots?) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        if let roots { configuration.trustRoots = roots }
        return configuration
    }
}
