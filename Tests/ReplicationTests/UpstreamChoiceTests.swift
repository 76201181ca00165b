import Engine
import Journal
import Testing

@testable import Replication

/// A node that is only a name.
private struct Name: Upstream {
    var url: String

    func openStream(after point: JournalPoint, as follower: FollowerIdentity) async throws -> UpstreamStream {
        throw UpstreamError.unreachable(url)
    }
    func confirm(_ position: LogPosition, by follower: FollowerIdentity) async throws -> Bool { false }
    func download(to path: String, progress: @Sendable (UInt64) -> Void) async throws -> UpstreamStanding {
        throw UpstreamError.unreachable(url)
    }
    func tell(epoch: UInt64, primary: String?) async throws {}
}

@Suite struct `The choice of an upstream` {
    private let primary = UpstreamStanding(position: LogPosition(epoch: 1, sequence: 1))
    private let replica = UpstreamStanding(position: LogPosition(epoch: 1, sequence: 1), primary: "p")

    private func choice() -> UpstreamChoice { UpstreamChoice(Name(url: "home"), makeUpstream: { Name(url: $0) }) }

    @Test func `tries the home again first when its line breaks, and another node when it cannot be reached`() {
        var choice = choice()
        #expect(choice.opened(primary) == nil)
        choice.failed(wasOpen: true, primary: "p")
        #expect(choice.current.url == "home")
        choice.failed(wasOpen: false, primary: "p")
        #expect(choice.current.url == "p")
        choice.failed(wasOpen: false, primary: "p")
        #expect(choice.current.url == "home")
    }

    @Test func `follows another replica for a while only, longer each time, until the home is there`() {
        var choice = choice()
        _ = choice.opened(primary)
        choice.turn(to: "new")
        #expect(choice.current.url == "new")
        var milliseconds: [Int] = []
        for _ in 0..<7 {
            choice.failed(wasOpen: false, primary: "new")
            #expect(choice.current.url == "home", "where it was configured to")
            milliseconds.append(choice.opened(replica) ?? 0)
            choice.goHome()
            #expect(choice.current.url == "new")
        }
        #expect(milliseconds == [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
        #expect(choice.opened(primary) == nil)
        choice.failed(wasOpen: false, primary: "new")
        #expect(choice.opened(replica) == 2_000)
    }

    @Test func `stays behind a replica that it was started behind, and at the primary while that replica is away`() {
        var choice = choice()
        #expect(choice.opened(replica) == nil)
        choice.turn(to: "new")
        #expect(choice.current.url == "new")
        #expect(choice.opened(primary) == nil, "no limit at a primary")
        choice.failed(wasOpen: true, primary: "new")
        #expect(choice.current.url == "home")
    }
}
