import Foundation

@testable import CivilTime

/// Compiled zones of edition 2026f, as Debian installs them, and as `zic -b slim` makes them.
enum ZoneFixtures {
    static let path = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Fixtures/zones-2026f"
    static let slimPath = path.replacing("zones-2026f", with: "zones-slim")
    static let full = ZoneDirectory(path)
    static let slim = ZoneDirectory(slimPath)

    static let names = [
        "Africa/Cairo", "Africa/Casablanca", "Africa/Monrovia", "America/Edmonton", "America/Havana",
        "America/New_York", "America/Sao_Paulo", "America/St_Johns", "America/Vancouver", "America/Winnipeg",
        "Asia/Beirut", "Asia/Gaza", "Asia/Kathmandu", "Asia/Kolkata", "Australia/Lord_Howe", "Etc/UTC",
        "Europe/Berlin", "Europe/Dublin", "Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati",
    ]
    static let slimNames = [
        "Africa/Casablanca", "America/Havana", "America/New_York", "America/Santiago", "Asia/Jerusalem",
        "Australia/Lord_Howe", "Europe/Berlin", "Europe/Dublin",
    ]

    /// Every zone of both, with its folder.
    static func all() throws -> [(path: String, zone: Zone)] {
        try names.map { (path, try full.zone($0)) } + slimNames.map { (slimPath, try slim.zone($0)) }
    }

    /// Seconds since 1970 of an instant in UTC.
    static func second(_ text: String) throws -> Int64 {
        Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970)
    }
}
