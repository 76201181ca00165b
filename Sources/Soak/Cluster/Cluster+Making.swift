import Foundation

extension Cluster {
    /// Makes three nodes that are not started, and the links between them.
    static func make(_ plan: SoakPlan, availability: Availability) async throws -> Cluster {
        let logs = plan.directory + "/logs"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        let tool = UsherTool(program: plan.usher, directory: logs)
        var nodes: [Node] = []
        for name in ["a", "b", "c"] {
            let volume = try await Volume("node-" + name, in: plan.directory, tool: tool)
            nodes.append(Node(name: name, port: try freePort(), volume: volume, tool: tool, logs: logs))
        }
        var links: [String: Link] = [:]
        var fronts: [String: Link] = [:]
        for to in nodes {
            fronts[to.name] = try await Link.start(name: "front-" + to.name, to: to.port, seed: plan.seed)
            for from in nodes where from !== to {
                let name = from.name + "-" + to.name
                links[name] = try await Link.start(name: name, to: to.port, seed: plan.seed)
            }
        }
        return Cluster(nodes: nodes, links: links, fronts: fronts, tool: tool, availability: availability)
    }

    /// A port of the loopback that nobody listens at.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Glibc.close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw SoakFailure("no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
