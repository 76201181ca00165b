import Foundation
import TestSupport
import Testing

/// A host of its own on this machine, with one cable to us that can be pulled: Debian's iproute2, as root.
final class NetworkNamespace {
    static let tool = "/usr/sbin/ip"

    /// True if this machine allows namespaces.
    static let isAllowed: Bool = {
        guard geteuid() == 0, FileManager.default.isExecutableFile(atPath: tool),
            let probe = try? NetworkNamespace(number: 250)
        else { return false }
        return probe.isUp
    }()

    let name: String
    /// Our end of the cable.
    let hostAddress: String
    /// Its end.
    let address: String
    private let cable: String

    /// Makes a host and plugs it in.
    init(number: Int) throws {
        name = "usher-\(getpid())-\(number)"
        cable = "us\(getpid() % 10_000)n\(number)"
        hostAddress = "10.77.\(number).1"
        address = "10.77.\(number).2"
        try Self.ip("netns", "add", name)
        try Self.ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
        try Self.ip("addr", "add", hostAddress + "/24", "dev", cable)
        try Self.ip("link", "set", cable, "up")
        for command in [
            ["addr", "add", address + "/24", "dev", "eth0"], ["link", "set", "eth0", "up"],
            ["link", "set", "lo", "up"],
        ] {
            try Self.ip(["-n", name] + command)
        }
    }

    deinit {
        try? Self.ip("link", "del", cable)
        try? Self.ip("netns", "del", name)
    }

    /// True if the cable is there.
    var isUp: Bool { (try? Self.ip("link", "show", cable)) != nil }

    /// Pulls the cable, or plugs it in again.
    func plug(_ isIn: Bool) throws { try Self.ip("link", "set", cable, isIn ? "up" : "down") }

    private static func ip(_ arguments: String...) throws { try ip(arguments) }

    private static func ip(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitForEnd()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
