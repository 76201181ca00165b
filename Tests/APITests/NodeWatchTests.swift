import Testing

@testable import API

/// Says what the log tells of a node that is looked at twice a second.
@Suite struct `A watch over a node` {
    /// A node and its watch.
    private struct World {
        var watch = NodeWatch()
        var now: UInt64 = 10_000
        var node = NodeObservation(role: "replica", epoch: 1, position: "1-5", freeDiskBytes: 1 << 40)

        /// The names of the lines of a look, half a second after the one before.
        mutating func look() -> [String] { lines().map(\.entry.name) }

        mutating func lines() -> [LogLine] {
            now += UInt64(NodeWatch.intervalMilliseconds)
            return watch.take(node, at: now)
        }
    }

    @Test func `has nothing to tell of a node that is as it was`() {
        var world = World()
        for _ in 0..<10 { #expect(world.look() == []) }
    }

    @Test func `tells of the primary that is lost and found again, once each`() {
        var world = World()
        world.node.upstream = .init(url: "http://a:1", isHeard: false)
        #expect(world.look() == [], "it was never heard")
        world.node.upstream?.isHeard = true
        #expect(world.look() == ["primary_found"])
        #expect(world.look() == [])
        world.node.upstream = .init(url: "http://a:1", isHeard: false, reason: "nothing listens")
        let lost = world.lines()
        #expect(lost.map(\.entry.name) == ["primary_lost"])
        #expect(lost.first?.values == [.upstream: .text("http://a:1"), .reason: .text("nothing listens")])
        #expect(world.look() == [])
        world.node.upstream?.isHeard = true
        let found = world.lines()
        #expect(found.map(\.entry.name) == ["primary_found"])
        #expect(found.first?.values[.seconds] == .decimal(1))
        // It is the primary now, and follows nobody.
        world.node.upstream = nil
        #expect(world.look() == [])
    }

    @Test func `tells of followers that come and go`() {
        var world = World()
        world.node.followers = ["one": .init(url: nil, position: "1-3"), "two": .init(url: nil, position: "1-3")]
        #expect(world.look() == ["follower_connected", "follower_connected"])
        world.node.followers["one"] = nil
        let lost = world.lines()
        #expect(lost.map(\.entry.name) == ["follower_lost"])
        #expect(lost.first?.values[.follower] == .text("one"))
        world.node.followers["two"]?.position = "1-9"
        #expect(world.look() == [])
    }

    @Test func `tells of each reason why it is not ready once it lasts, and when it is over`() {
        var world = World()
        world.node.reasons = ["lagging": "This node is 1 ms behind."]
        #expect(world.look() == [])
        world.node.reasons = [:]
        #expect(world.look() == [], "over within a second")
        world.node.reasons = ["disk_full": "The disk is full."]
        #expect(world.look() == [] && world.look() == [])
        let told = world.lines()
        #expect(told.map(\.entry.name) == ["not_ready"])
        #expect(told.first?.values == [.reason: .text("disk_full"), .detail: .text("The disk is full.")])
        world.node.reasons["too_few_replicas"] = "Fewer are connected."
        #expect(world.look() == [] && world.look() == [] && world.look() == ["not_ready"])
        world.node.reasons["disk_full"] = nil
        let over = world.lines()
        #expect(over.map(\.entry.name) == ["ready_again"] && over.first?.values[.seconds] == .decimal(3))
    }

    @Test func `tells of a disk that fills, and not again while it is near the limit`() {
        var world = World()
        world.node.freeDiskBytes = NodeWatch.lowDiskBytes - 1
        #expect(world.look() == ["disk_low"] && world.look() == [])
        world.node.freeDiskBytes = NodeWatch.lowDiskBytes + 1
        #expect(world.look() == [])
        world.node.freeDiskBytes = NodeWatch.lowDiskBytes * 2
        #expect(world.look() == ["disk_roomy"] && world.look() == [])
    }

    @Test func `tells of slow syncs once a minute, with all that there were`() {
        var world = World()
        world.node.slowSyncs = 3
        let first = world.lines()
        #expect(first.map(\.entry.name) == ["syncs_slow"] && first.first?.values[.syncs] == .number(3))
        for count in 4..<9 {
            world.node.slowSyncs = UInt64(count)
            #expect(world.look() == [])
        }
        world.now += 60_000
        #expect(world.lines().first?.values[.syncs] == .number(5))
    }

    @Test func `tells of another role and of a newer epoch`() {
        var world = World()
        _ = world.look()
        world.node.role = "primary"
        world.node.epoch = 7
        let changed = world.lines()
        #expect(changed.map(\.entry.name) == ["role_changed"])
        #expect(changed.first?.values == [.role: .text("primary"), .epoch: .number(7)])
        world.node.position = "7-9"
        #expect(world.look() == [])
    }
}
