import Foundation
import TestSupport
import Testing

/// SIGHUP, which a service manager and a closed terminal send.
@Suite struct `A node that is sent SIGHUP` {
    private static let rootKey = "usher_hang_up_test_root_0123456789ABC"

    @Test func `continues without TLS, as a primary and as a replica, and says that there is nothing to read anew`()
        throws
    {
        let directory = try TemporaryDirectory("hang-up")
        let primary = try UsherServerProcess(data: directory.path + "/a", ["--root-key", Self.rootKey])
        let replica = try UsherServerProcess(
            "replica", data: directory.path + "/b", ["--primary", primary.url],
            environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        for node in [primary, replica] {
            kill(node.number, SIGHUP)
            #expect(node.hasSaid("nothing_to_reload"))
            #expect(try node.client("status", key: Self.rootKey).code == 0)
        }
        #expect(primary.stop() == 0 && replica.stop() == 0)
    }

    @Test func `continues while it has no server yet, and takes the signal when it has`() async throws {
        let directory = try TemporaryDirectory("hang-up")
        let port = try await FreePort.find()
        let log = directory.path + "/replica.log"
        func hasSaid(_ text: String) async throws -> Bool {
            for _ in 0..<400 {
                if try String(contentsOfFile: log, encoding: .utf8).contains(text) { return true }
                try await Task.sleep(for: .milliseconds(25))
            }
            return false
        }
        let replica = try TourServer.start(
            Usher.binary.path,
            ["replica", "--data", "b", "--listen", "127.0.0.1:0", "--primary", "http://127.0.0.1:\(port)"],
            in: directory.path, output: log, environment: ["USHER_PRIMARY_KEY": Self.rootKey])
        defer { kill(replica.processIdentifier, SIGKILL) }
        // The primary is not there.
        #expect(try await hasSaid("bootstrap_delayed"))
        kill(replica.processIdentifier, SIGHUP)
        let primary = try UsherServerProcess(
            data: directory.path + "/a", ["--root-key", Self.rootKey], listen: "127.0.0.1:\(port)")
        #expect(try await hasSaid("nothing_to_reload"))
        replica.terminate()
        replica.waitForEnd()
        #expect(replica.terminationStatus == 0 && primary.stop() == 0)
    }
}
