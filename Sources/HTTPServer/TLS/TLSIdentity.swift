internal import Foundation
public import Journal
internal import NIOSSL
internal import Synchronization

/// The certificate that a server shows and the key that proves it, from files that can be read anew.
///
/// Connections keep what they began with; those that come after ``reload(now:)`` get the new certificate.
public final class TLSIdentity: Sendable {
    private struct Loaded {
        var context: NIOSSLContext
        var expiresAt: Timestamp
    }

    private let certificatePath: String
    private let keyPath: String
    private let loaded: Mutex<Loaded>

    /// Loads a certificate, with those that it is signed by behind it, and its key, both in PEM form.
    ///
    /// - Parameters:
    ///   - certificate: The path of the file with the chain, the server's own certificate first.
    ///   - key: The path of the file with the key, without a passphrase.
    /// - Throws: ``TLSFault``.
    public init(certificate: String, key: String) throws(TLSFault) {
        certificatePath = certificate
        keyPath = key
        loaded = Mutex(try TLSIdentity.load(certificate: certificate, key: key))
    }

    /// Reads the files again.
    ///
    /// - Parameter now: The present, by which a certificate that is over is refused.
    /// - Throws: ``TLSFault``: what was loaded before stays in use.
    public func reload(now: Timestamp) throws(TLSFault) {
        let fresh = try TLSIdentity.load(certificate: certificatePath, key: keyPath)
        guard fresh.expiresAt > now else {
            throw TLSFault("The certificate in \(certificatePath) is over.")
        }
        loaded.withLock { $0 = fresh }
    }

    /// The end of the certificate's validity.
    public var expiresAt: Timestamp { loaded.withLock { $0.expiresAt } }

    /// The context of the next connection.
    var context: NIOSSLContext { loaded.withLock { $0.context } }

    private static func load(certificate: String, key: String) throws(TLSFault) -> Loaded {
        for path in [certificate, key] where !FileManager.default.isReadableFile(atPath: path) {
            throw TLSFault("\(path) cannot be read.")
        }
        guard let chain = try? NIOSSLCertificate.fromPEMFile(certificate), let own = chain.first else {
            throw TLSFault("\(certificate) has no certificate in PEM form.")
        }
        guard let privateKey = try? NIOSSLPrivateKey(file: key, format: .pem) else {
            throw TLSFault("\(key) has no private key in PEM form without a passphrase.")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        guard let context = try? NIOSSLContext(configuration: configuration) else {
            throw TLSFault("The key in \(key) is not that of the certificate in \(certificate).")
        }
        return Loaded(context: context, expiresAt: Timestamp(milliseconds: Int64(own.notValidAfter) * 1000))
    }
}
