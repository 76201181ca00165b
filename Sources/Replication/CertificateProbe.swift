internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Looks at the certificate of a server that was not trusted, to find out why.
enum CertificateProbe {
    /// The time for which a certificate is valid.
    struct Validity: Sendable {
        var from: Date
        var until: Date
    }

    /// The longest wait for the certificate.
    private static let waitSeconds: Int64 = 3

    /// The validity of the certificate that a server shows; nil when it shows none.
    ///
    /// Nothing is sent behind the greeting: the connection ends when the certificate is there.
    static func look(at url: URL) async -> Validity? {
        guard let host = url.host, let context = try? NIOSSLContext(configuration: .makeClientConfiguration()) else {
            return nil
        }
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Validity?.self)
        let limit = loop.scheduleTask(in: .seconds(2 * waitSeconds)) { promise.succeed(nil) }
        defer { limit.cancel() }
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(.seconds(waitSeconds)).channelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                let handler = try NIOSSLClientHandler(
                    context: context, serverHostname: isAddress ? nil : host
                ) { chain, verdict in
                    promise.succeed(
                        chain.first.map { certificate in
                            Validity(
                                from: Date(timeIntervalSince1970: Double(certificate.notValidBefore)),
                                until: Date(timeIntervalSince1970: Double(certificate.notValidAfter)))
                        })
                    verdict.succeed(NIOSSLVerificationResult.failed)
                }
                try channel.pipeline.syncOperations.addHandler(handler)
            }
        }
        guard let channel = try? await bootstrap.connect(host: host, port: url.port ?? 443).get() else {
            promise.succeed(nil)
            return nil
        }
        channel.closeFuture.whenComplete { _ in promise.succeed(nil) }
        defer { channel.close(promise: nil) }
        return (try? await promise.futureResult.get()) ?? nil
    }
}
