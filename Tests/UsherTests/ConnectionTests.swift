import Foundation
import TestSupport
import Testing

/// Many clients that do nothing must not keep one that claims from being answered.
@Suite(.serialized) struct `Ten thousand connections` {
    private static let count = 10_000
    private static let rootKey = "usher_connection_test_root_key_0123456789"

    private static let hasRoom: Bool = {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(7), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(7), &limit)
        return limit.rlim_max >= UInt(count + 500)
    }()

    @Test(.enabled(if: hasRoom, "needs a limit of 10,500 open files"))
    func `stay open, claims are answered beside them, and all is given back`() async throws {
        let directory = try TemporaryDirectory("connections")
        let server = try UsherServerProcess(
            data: directory.path + "/data", ["--root-key", Self.rootKey, "--max-connections", "\(Self.count + 100)"])
        let api = ClaimClient(url: server.url, key: Self.rootKey)
        let code = try await api.makeCode(places: 100)
        let port = try #require(URL(string: server.url)?.port)
        var sockets: [Int32] = []
        defer { for socket in sockets { close(socket) } }
        for _ in 0..<Self.count { sockets.append(try connect(to: UInt16(port))) }
        // Half of them begin a request and never finish it.
        for socket in sockets.prefix(Self.count / 2) {
            _ = send(socket, "POST /api/inv", 13, Int32(MSG_NOSIGNAL))
        }
        for number in 0..<20 { #expect(await api.redeem(code, "r\(number)") != nil) }
        for socket in sockets { close(socket) }
        sockets = []
        for number in 20..<40 { #expect(await api.redeem(code, "r\(number)") != nil) }
        #expect(try await api.usedPlaces() == 40)
        #expect(server.stop() == 0)
    }

    private func connect(to port: UInt16) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0)
        return descriptor
    }
}
