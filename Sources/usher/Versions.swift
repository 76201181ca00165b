import CZstd
import Engine
import LMDB

/// The versions of the program, its compiler and its libraries.
struct Versions: Encodable {
    var version = UsherVersion.current
    var swift = Versions.swiftVersion
    var lmdb = Environment.libraryVersion
    var zstd = Versions.zstdVersion
    var dataFormat = DataDirectory.formatVersion

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
