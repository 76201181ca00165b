import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix

/// A reason why a server could not be asked, in words of our own: never those of a library.
enum NetworkFault: Equatable {
    case nothingListens
    case unknownName
    case noWay
    case doesNotConnect
    case doesNotAnswer
    case lost
    case speaksHTTP
    case speaksHTTPS
    case untrusted

    /// The longest wait for a connection.
    static let connectSeconds: Int64 = 10

    /// Finds the reason for an error of the network.
    ///
    /// Where a connection was made and broke, the port is asked which protocol it speaks.
    static func of(_ error: any Error, url base: String) async -> NetworkFault {
        let errors = causes(of: error)
        if let fault = errors.lazy.compactMap(known).first { return fault }
        guard let url = URL(string: base) else { return .lost }
        let isSecure = url.scheme == "https"
        switch (await PortProbe.look(at: url), isSecure) {
        case (.https, false): return .speaksHTTPS
        case (.http, true): return .speaksHTTP
        case (.https, true): return errors.contains(where: isEnd) ? .lost : .untrusted
        case (.http, false), (nil, _): return .lost
        }
    }

    /// The failure for an answer that no usher server gives.
    static func strange(status: UInt, url base: String) async -> CommandFailure {
        if let url = URL(string: base), url.scheme == "http", await PortProbe.look(at: url) == .https {
            return speaksHTTPS.failure(base, timeoutSeconds: 0)
        }
        return CommandFailure(
            "\(base) answered with \(status), and not as an usher server does; is it the right address (--url, USHER_URL)?",
            status: status)
    }

    // MARK: Errors

    /// The errors of all attempts to connect, or the error itself.
    private static func causes(of error: any Error) -> [any Error] {
        guard let error = error as? NIOConnectionError else { return [error] }
        let attempts = error.connectionErrors.map(\.error)
        return attempts.isEmpty ? [error] : attempts
    }

    /// The reason, where the error alone tells it.
    private static func known(_ error: any Error) -> NetworkFault? {
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

    /// The failure of a command for this reason.
    func failure(_ base: String, timeoutSeconds: Int) -> CommandFailure {
        let url = URL(string: base)
        let host = url?.host ?? base
        let place = url?.port.map { "\(host):\($0)" } ?? host
        let other = base.hasPrefix("https") ? "http" + base.dropFirst(5) : "https" + base.dropFirst(4)
        let text =
            switch self {
            case .nothingListens: "nothing listens at \(base). Is the server running there (--url, USHER_URL)?"
            case .unknownName: "there is no host with the name \(host) (--url, USHER_URL)."
            case .noWay: "there is no way from this machine to \(host)."
            case .doesNotConnect: "\(place) has not taken a connection within \(NetworkFault.connectSeconds) seconds."
            case .doesNotAnswer: "\(base) has not answered within --timeout, which is \(timeoutSeconds) s."
            case .lost: "the connection to \(base) ended before the whole answer had come."
            case .speaksHTTP: "\(place) speaks http, not https: say \(other)."
            case .speaksHTTPS: "\(place) speaks https, not http: say \(other)."
            case .untrusted:
                "\(place) speaks https, but its certificate is not trusted by this machine, or is not for this name."
            }
        var failure = CommandFailure(text, code: Exit.unreachable)
        if self == .lost { failure.outcome = .lost }
        if self == .doesNotAnswer { failure.outcome = .silent }
        return failure
    }
}
