internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A reason why a server could not be asked, in words of our own: never those of a library.
package enum NetworkFault: Equatable, Sendable {
    case nothingListens
    case unknownName
    case noWay
    case doesNotConnect
    case doesNotAnswer
    case lost
    case speaksHTTP
    case speaksHTTPS
    case untrusted
    /// The certificate is of an authority that is trusted, and names another server.
    case wrongName
    /// The time of the certificate is over.
    case expired
    /// The time of the certificate has not begun, by the clock of this machine.
    case notYetValid

    /// The longest wait for a connection.
    package static let connectSeconds: Int64 = 10

    /// Finds the reason for an error of the network.
    ///
    /// Where a connection was made and broke, the port is asked which protocol it speaks.
    package static func of(_ error: any Error, url base: String) async -> NetworkFault {
        if let fault = known(in: error) { return fault }
        let errors = causes(of: error)
        guard let url = URL(string: base) else { return .lost }
        let isSecure = url.scheme == "https"
        switch (await PortProbe.look(at: url), isSecure) {
        case (.https, false): return .speaksHTTPS
        case (.http, true): return .speaksHTTP
        case (.https, true): return errors.contains(where: isEnd) ? .lost : await distrust(errors, url)
        case (.http, false), (nil, _): return .lost
        }
    }

    /// True if a server that answers as no usher server does speaks TLS on a port for HTTP.
    package static func isSpokenToInHTTP(_ base: String) async -> Bool {
        guard let url = URL(string: base), url.scheme == "http" else { return false }
        return await PortProbe.look(at: url) == .https
    }

    // MARK: Errors

    /// The reason, where the error alone tells it.
    static func known(in error: any Error) -> NetworkFault? {
        causes(of: error).lazy.compactMap { reason(of: $0) }.first
    }

    /// Why a certificate was not trusted.
    private static func distrust(_ errors: [any Error], _ url: URL) async -> NetworkFault {
        guard let validity = await CertificateProbe.look(at: url) else { return .untrusted }
        if validity.until < Date() { return .expired }
        if validity.from > Date() { return .notYetValid }
        return errors.contains { $0 as? NIOSSLExtraError == .failedToValidateHostname } ? .wrongName : .untrusted
    }

    /// The errors of all attempts to connect, or the error itself.
    private static func causes(of error: any Error) -> [any Error] {
        guard let error = error as? NIOConnectionError else { return [error] }
        let attempts = error.connectionErrors.map(\.error)
        return attempts.isEmpty ? [error] : attempts
    }

    /// The reason, where the error alone tells it.
    private static func reason(of error: any Error) -> NetworkFault? {
        switch error {
        case is NIOConnectionError, is SocketAddressError: return .unknownName
        case let error as ChannelError:
            if case .connectTimeout = error { return .doesNotConnect }
            return nil
        case let error as HTTPClientError:
            switch error {
            case .connectTimeout, .getConnectionFromPoolTimeout: return .doesNotConnect
            case .deadlineExceeded, .readTimeout, .writeTimeout: return .doesNotAnswer
            default: return nil
            }
        case let error as IOError:
            switch error.errnoCode {
            case ECONNREFUSED: return .nothingListens
            case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EINVAL: return .noWay
            case ETIMEDOUT: return .doesNotConnect
            default: return nil
            }
        default: return nil
        }
    }

    /// True if a connection that stood has ended.
    private static func isEnd(_ error: any Error) -> Bool {
        error is IOError || error is ChannelError || error as? HTTPClientError == .remoteConnectionClosed
    }

    // MARK: Words

    /// The reason, in words.
    package func reason(_ base: String) -> String {
        let url = URL(string: base)
        let host = url?.host ?? base
        let place = url?.port.map { "\(host):\($0)" } ?? host
        let other = base.hasPrefix("https") ? "http" + base.dropFirst(5) : "https" + base.dropFirst(4)
        return switch self {
        case .nothingListens: "nothing listens at \(base)."
        case .unknownName: "there is no host with the name \(host)."
        case .noWay: "there is no way from this machine to \(host)."
        case .doesNotConnect: "\(place) has not taken a connection within \(NetworkFault.connectSeconds) seconds."
        case .doesNotAnswer: "\(base) has not answered in time."
        case .lost: "the connection to \(base) ended before the whole answer had come."
        case .speaksHTTP: "\(place) speaks http, not https: say \(other)."
        case .speaksHTTPS: "\(place) speaks https, not http: say \(other)."
        case .untrusted:
            "\(place) speaks https, but its certificate is not trusted by this machine: no authority that it knows has "
                + "signed it."
        case .wrongName: "\(place) speaks https, but its certificate is for another name than \(host)."
        case .expired: "\(place) speaks https, but its certificate is over."
        case .notYetValid:
            "\(place) speaks https, but its certificate is not valid yet, by the clock of this machine."
        }
    }
}
