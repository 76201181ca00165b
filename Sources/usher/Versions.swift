import CZstd
import CivilTime
import Engine
import LMDB

/// The versions of the program, its compiler and its libraries.
struct Versions: Encodable {
    var version = UsherVersion.current
    var swift = Versions.swiftVersion
    var lmdb = Environment.libraryVersion
    var zstd = Versions.zstdVersion
    var dataFormat = DataDirectory.formatVersion
    /// The edition of the system's zones of time; null where it is not known.
    var zones: String?
    var zonesState: String
    /// The same in words.
    private let zonesText: String

    private enum CodingKeys: String, CodingKey {
        case version, swift, lmdb, zstd, dataFormat, zones, zonesState
    }

    init() {
        let (data, now) = (ZoneDirectory().state, SystemClock().wallMilliseconds() / 1000)
        zones = data.edition
        zonesState = data.state(at: now).rawValue
        zonesText = data.text(at: now)
    }

    /// A line for each.
    var lines: [String] {
        [
            "usher \(version)", "swift \(swift)", "lmdb \(lmdb)", "zstd \(zstd)", "data format \(dataFormat)",
            "zones \(zonesText)",
        ]
    }

    /// The compiler's language mode is not its version; this is the version.
    static var swiftVersion: String {
        #if compiler(>=6.4)
            "6.4 or newer"
        #else
            "6.3"
        #endif
    }

    /// The library in use, which need not be the one of the headers: 10506 is 1.5.6.
    static var zstdVersion: String {
        let number = ZSTD_versionNumber()
        return "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
    }
}
