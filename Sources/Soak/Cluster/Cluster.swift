import Foundation
import Synchronization

/// A primary and two replicas, with a link from each node to each other one.
///
/// Only the lane of the nodes changes the roles; every lane may read them.
final class Cluster: Sendable {
    let nodes: [Node]
    private let links: [String: Link]
    /// The address that a node gives to others, behind a link of its own.
    private let fronts: [String: Link]
    private let state: Mutex<State>
    let tool: UsherTool
    let availability: Availability

    private struct State {
        var primary: Int
        var isOpen = true
        /// The link through which each replica follows.
        var lines: [String: Link] = [:]
    }

    init(nodes: [Node], links: [String: Link], fronts: [String: Link], tool: UsherTool, availability: Availability) {
        (self.nodes, self.links, self.fronts, self.tool) = (nodes, links, fronts, tool)
        self.availability = availability
        state = Mutex(State(primary: 0))
    }

    var primary: Node { nodes[state.withLock { $0.primary }] }
    var replicas: [Node] { nodes.filter { $0 !== primary } }

    /// Where claims go; nil while another primary is chosen.
    var primaryURL: String? { state.withLock { $0.isOpen ? $0.primary : nil }.map { nodes[$0].url } }

    /// The link through which a replica follows now.
    func line(of replica: Node) -> Link? { state.withLock { $0.lines[replica.name] } }

    var allLinks: [Link] { Array(links.values) + Array(fronts.values) }

    // MARK: Starting

    /// Starts the primary.
    func startPrimary(_ node: Node? = nil, syncReplicas: Int = 1) async throws {
        let node = node ?? primary
        try await node.start(
            "serve", ["--sync-replicas", "\(syncReplicas)", "--journal-retention-mb", "256", "--metrics"],
            environment: environment(of: node))
    }

    /// Starts a replica that follows the primary, or another replica, through a link.
    func startReplica(_ node: Node, of upstream: Node? = nil, key: String, forces: Bool = false) async throws {
        let name = node.name + "-" + (upstream ?? primary).name
        guard let line = links[name] else { throw SoakFailure("there is no link \(name)") }
        state.withLock { $0.lines[node.name] = line }
        var variables = environment(of: node)
        variables["USHER_PRIMARY_KEY"] = key
        try await node.start("replica", ["--primary", line.url] + (forces ? ["--force"] : []), environment: variables)
    }

    private func environment(of node: Node) -> [String: String] {
        [
            "USHER_ROOT_KEY": KeyRing.root, "USHER_PRIMARY_KEY": KeyRing.root,
            "USHER_ADVERTISE": frontURL(of: node),
            // Of a crash only what is needed: with everything it takes longer than the run may wait.
            "SWIFT_BACKTRACE": "threads=crashed,images=none,registers=none,color=no",
        ]
    }

    /// Where others reach a node.
    func frontURL(of node: Node) -> String { fronts[node.name]?.url ?? node.url }

    // MARK: Roles

    /// Sends no more claims anywhere.
    func close() {
        state.withLock { $0.isOpen = false }
        availability.add(nil, "promotion")
    }

    /// Makes a node the primary for everybody who asks; the other replica was told where it is.
    func open(primary node: Node, told other: Node?) {
        state.withLock { state in
            state.primary = nodes.firstIndex { $0 === node } ?? state.primary
            state.isOpen = true
            if let other { state.lines[other.name] = fronts[node.name] }
        }
        publishRoles()
        availability.remove(nil, "promotion")
    }

    /// Tells the roles to the availability.
    func publishRoles() {
        availability.set(primary: primary.name, replicas: replicas.map(\.name))
    }

    /// Ends every process and every link.
    func end() async {
        for node in nodes { await node.killNow() }
        for link in allLinks { await link.stop() }
        for node in nodes { await node.volume.unmount(tool: tool) }
    }
}
