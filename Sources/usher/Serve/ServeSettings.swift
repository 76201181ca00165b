import Configuration
import Domain
import Engine
import Foundation
import Logging

/// The settings of a server, from the command line, the environment and a file.
struct ServeSettings: Sendable {
    var data = "./data"
    var host = "127.0.0.1"
    var port = 7070
    var rootKey: String?
    var durability = Durability.fsync
    var threads = max(1, ProcessInfo.processInfo.activeProcessorCount)
    var connectionsMax = 20_000
    /// True if somebody has chosen that number: only then a lower limit on open files is worth a warning.
    var isConnectionsMaxChosen = false
    /// Commands that wait to be decided; more are refused at once.
    var waitingMax = 65_536
    /// The number of followers that must have a claim before it is acknowledged.
    var syncReplicas = 0
    /// True if a primary keeps metrics; replicas always do.
    var metrics = true
    /// Applied segments of the journal are kept up to this many bytes.
    var journalRetentionBytes: Int64 = 1 << 30
    /// Replica: the URL of the node to follow.
    var primary: String?
    /// Replica: the key to show there.
    var primaryKey: String?
    /// Replica: the lag in milliseconds above which it is not ready.
    var lagMillisecondsMax = 5000
    /// The files of the certificate and of its key; nil for plain HTTP.
    var tlsFiles: (certificate: String, key: String)?
    /// The file of the authorities to trust at other nodes; nil for those of the machine.
    var authorities: String?
    /// The least level of lines in the log.
    var logLevel = Logger.Level.info
    /// The form of the log.
    var logFormat = LineLogHandler.Format.text
    /// The part of the requests that is written into the log.
    var accessLogRate = 0.0
    /// The URL of this node for others, as given.
    var advertisedURL: String?

    /// The host of this node for others, where it listens on every address and was not told its own.
    var guessedHost: String?

    /// The URL of this node for others; nil when it listens on every address and there is neither a word nor a guess.
    var ownURL: String? { ownURL(port: port) }

    /// The same, with the port that it listens on.
    func ownURL(port: Int) -> String? {
        if let advertisedURL { return advertisedURL }
        guard ListenAddress.isUnspecified(host) else { return url(port: port) }
        return guessedHost.map { url(host: $0, port: port) }
    }

    /// The URL that it listens on, with another port.
    func url(port: Int) -> String { url(host: host, port: port) }

    private func url(host: String, port: Int) -> String {
        "\(tlsFiles == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    /// The shortest root key that is taken: guessing it must be hopeless.
    static let rootKeyLengthMin = 16

    /// The names of all settings, as they are in a file; in the environment `USHER_` and upper case.
    static let names = [
        "data", "listen", "root_key", "root_key_file", "durability", "threads", "max_connections", "max_waiting",
        "sync_replicas", "metrics", "no_metrics", "journal_retention_mb", "primary", "primary_key", "primary_key_file",
        "max_lag_ms", "advertise", "log_level", "log_format", "access_log", "tls_certificate", "tls_key", "ca",
    ]

    /// Reads and checks all settings.
    ///
    /// - Throws: ``CommandFailure`` with code 64 that lists every fault.
    static func load(
        flags: [String: String], file: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws -> ServeSettings {
        var sources = [
            SettingsSource(name: "the command line", provider: flagProvider(flags)),
            // An empty variable is what remains of one that was not set.
            SettingsSource(
                name: "the environment",
                provider: EnvironmentVariablesProvider(environmentVariables: environment.filter { !$0.value.isEmpty })
                    .prefixKeys(with: "usher")),
        ]
        let fromEnvironment = environment["USHER_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        var errors: [String] = []
        if let file = file ?? fromEnvironment {
            sources.append(try await fileSource(file))
            errors = try shapeErrors(file)
        }
        var lookup = SettingsLookup(sources: sources, errors: errors)
        var settings = ServeSettings()
        settings.take(&lookup)
        guard lookup.errors.isEmpty else {
            let list = lookup.errors.map { "  - \($0)" }.joined(separator: "\n")
            throw CommandFailure("these settings cannot be used:\n\(list)", code: Exit.usage)
        }
        return settings
    }

    private static func flagProvider(_ flags: [String: String]) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, text) in flags { values[AbsoluteConfigKey([name])] = ConfigValue(.string(text), isSecret: false) }
        return InMemoryProvider(values: values)
    }

    private static func fileSource(_ path: String) async throws -> SettingsSource {
        do {
            let location = ConfigReader(
                provider: InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)]))
            let provider = try await FileProvider<JSONSnapshot>(config: location)
            return SettingsSource(name: path, provider: provider)
        } catch {
            throw CommandFailure("\(path) cannot be read as a JSON file with settings: \(error)", code: Exit.usage)
        }
    }

    /// Names in a file that no setting has, and values that are neither a text nor a whole number: a misspelt setting
    /// must not be overlooked.
    private static func shapeErrors(_ path: String) throws -> [String] {
        let contents = FileManager.default.contents(atPath: path) ?? Data()
        let values: [String: SettingValue]
        do {
            values = try JSONDecoder().decode([String: SettingValue].self, from: contents)
        } catch {
            throw CommandFailure("\(path) is not a JSON object with settings.", code: Exit.usage)
        }
        return values.keys.sorted().compactMap { name in
            guard names.contains(name) else {
                let place = "\(name) (from \(path)) is no setting"
                guard let meant = UnknownName.nearest(to: name, among: names) else {
                    return "\(place); known are \(names.joined(separator: ", "))"
                }
                return "\(place). Did you mean \(meant)?"
            }
            return values[name] == .other ? "\(name) (from \(path)) must be a text or a whole number" : nil
        }
    }

    private mutating func take(_ lookup: inout SettingsLookup) {
        if let found = lookup.find("data") { data = found.text }
        if let found = lookup.find("listen") { takeAddress(found, &lookup) }
        if let found = lookup.find("durability") {
            if let value = Durability(found.text) {
                durability = value
            } else {
                lookup.fail(found, "must be fsync, none or interval:<1…60000>")
            }
        }
        if let found = lookup.find("threads") { threads = lookup.number(found, 1...1024) ?? threads }
        if let found = lookup.find("max_connections") {
            connectionsMax = lookup.number(found, 1...1_000_000) ?? connectionsMax
            isConnectionsMaxChosen = true
        }
        if let found = lookup.find("max_waiting") { waitingMax = lookup.number(found, 1...10_000_000) ?? waitingMax }
        rootKey = takeKey("root_key", &lookup)
        if let found = lookup.find("sync_replicas") { syncReplicas = lookup.number(found, 0...64) ?? syncReplicas }
        if let found = lookup.find("journal_retention_mb") {
            journalRetentionBytes = lookup.number(found, 64...10_000_000).map { Int64($0) << 20 } ?? 0
        }
        takeMetrics(&lookup)
        takeReplica(&lookup)
        takeLog(&lookup)
        takeTLS(&lookup)
    }

    private mutating func takeTLS(_ lookup: inout SettingsLookup) {
        authorities = lookup.find("ca")?.text
        switch (lookup.find("tls_certificate"), lookup.find("tls_key")) {
        case (let certificate?, let key?): tlsFiles = (certificate.text, key.text)
        case (let one?, nil): lookup.fail(one, "needs tls_key, the file with its key")
        case (nil, let one?): lookup.fail(one, "needs tls_certificate, the file with the certificate that it is of")
        case (nil, nil): break
        }
    }

    private mutating func takeLog(_ lookup: inout SettingsLookup) {
        if let found = lookup.find("log_level") {
            logLevel = lookup.word(found, Logger.Level.allCases) ?? logLevel
        }
        if let found = lookup.find("log_format") {
            logFormat = lookup.word(found, LineLogHandler.Format.allCases) ?? logFormat
        }
        if let found = lookup.find("access_log") {
            if let rate = Double(found.text), (0...1).contains(rate) {
                accessLogRate = rate
            } else {
                lookup.fail(found, "must be a number from 0 to 1, for example 0.01 for one request of a hundred")
            }
        }
    }

    /// Takes `metrics` or its opposite, whichever comes from the stronger source.
    private mutating func takeMetrics(_ lookup: inout SettingsLookup) {
        let (positive, negative) = (lookup.find("metrics"), lookup.find("no_metrics"))
        if let positive, let negative, positive.rank == negative.rank {
            return lookup.fail(negative, "must not be given together with metrics")
        }
        let isNegative = (negative?.rank ?? .max) < (positive?.rank ?? .max)
        guard let found = isNegative ? negative : positive else { return }
        switch found.text {
        case "true", "1": metrics = !isNegative
        case "false", "0": metrics = isNegative
        default: lookup.fail(found, "must be true or false")
        }
    }

    private mutating func takeReplica(_ lookup: inout SettingsLookup) {
        primary = takeURL("primary", &lookup)
        advertisedURL = takeURL("advertise", &lookup)
        primaryKey = takeKey("primary_key", &lookup)
        if let found = lookup.find("max_lag_ms") {
            lagMillisecondsMax = lookup.number(found, 1...86_400_000) ?? lagMillisecondsMax
        }
    }

    private func takeURL(_ name: String, _ lookup: inout SettingsLookup) -> String? {
        guard let found = lookup.find(name) else { return nil }
        var text = found.text
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host != nil, url.path.isEmpty
        else {
            lookup.fail(found, "must be a URL without a path, for example http://127.0.0.1:7070")
            return nil
        }
        guard url.user == nil, url.password == nil else {
            lookup.fail(found, "must have no user and no password: logs and other nodes show it")
            return nil
        }
        guard let host = url.host, !ListenAddress.isUnspecified(host) else {
            lookup.fail(found, "must name a host: \(text) is no address that others can reach")
            return nil
        }
        return text
    }

    private mutating func takeAddress(_ found: SettingsLookup.Found, _ lookup: inout SettingsLookup) {
        guard let colon = found.text.lastIndex(of: ":"), colon != found.text.startIndex,
            let number = UInt16(found.text[found.text.index(after: colon)...])
        else { return lookup.fail(found, "must be HOST:PORT, for example 127.0.0.1:7070 or [::1]:7070") }
        var name = found.text[..<colon]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        host = String(name)
        port = Int(number)
    }

    /// A key that is given as it is or as the name of a file.
    private func takeKey(_ name: String, _ lookup: inout SettingsLookup) -> String? {
        let direct = lookup.find(name)
        let file = lookup.find(name + "_file")
        if let direct, let file, direct.rank == file.rank {
            lookup.fail(file, "must not be given together with \(name)")
            return nil
        }
        let isDirect = (direct?.rank ?? .max) < (file?.rank ?? .max)
        guard let found = isDirect ? direct : file else { return nil }
        var text = found.text
        if !isDirect {
            guard let contents = FileManager.default.contents(atPath: found.text) else {
                lookup.fail(found, "names a file that cannot be read: \(found.text)")
                return nil
            }
            text = String(decoding: contents, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard text.utf8.count >= ServeSettings.rootKeyLengthMin, isPlain else {
            lookup.fail(
                found, "must have at least \(ServeSettings.rootKeyLengthMin) visible ASCII characters and no spaces")
            return nil
        }
        return text
    }
}

/// The shape of a value in a settings file.
private enum SettingValue: Decodable {
    case text, number, other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = (try? container.decode(String.self)) != nil ? .text : .other
        if (try? container.decode(Int.self)) != nil { self = .number }
    }
}
