import Domain
import Engine
import Foundation
import Journal
import TestSupport

/// The directories and disks that every simulation begins with: a primary with codes, and two copies of it.
struct SimulatedImage {
    private static let names = ["a", "b", "c"]
    private let path: String
    private let disk: SimulatedDisk
    /// The codes that can be claimed; the last one has enough places for everybody.
    let codes: [CodeText]

    /// Makes them.
    ///
    /// - Parameters:
    ///   - path: The directory that keeps them.
    ///   - live: The directory in which simulations will have them: the disk's files are named after it.
    /// - Throws: Errors of the file system and of the engine.
    init(in path: String, for live: String) throws {
        self.path = path
        disk = SimulatedDisk()
        let world = SimulatedWorld(seed: 1)
        var seams = EngineSeams(
            clock: SimulatedClock(world, errorMilliseconds: 0), makeRandom: { SeededGenerator(seed: 1) }, disk: disk)
        seams.threads = SimulatedThreads(world)
        let directory = live + "/" + SimulatedImage.names[0]
        let configuration = SimulatedServer.configuration(directory, .primary, followers: 0)
        let engine = try Engine.open(configuration, seams: seams).engine
        codes = try SimulatedImage.makeCodes(engine, world)
        world.run(atMost: 10_000) { engine.status.appliedPosition == engine.position }
        var snapshot: [UInt8] = []
        try engine.writeSnapshot { snapshot.append(contentsOf: $0) }
        engine.close()
        let file = path + ".snapshot"
        try Data(snapshot).write(to: URL(filePath: file))
        for name in SimulatedImage.names.dropFirst() {
            try SnapshotLoader.restore(
                file: file, into: live + "/" + name, role: .replica, mapBytes: configuration.mapBytes,
                segmentBytes: SimulatedServer.segmentBytes, seams: seams)
        }
        try FileManager.default.moveItem(atPath: live, toPath: path)
    }

    private static func makeCodes(_ engine: Engine, _ world: SimulatedWorld) throws -> [CodeText] {
        let texts = Box<[String]>([])
        engine.decide(
            { context throws(Rejection) in
                let campaign = try Campaigns.create(
                    CreateCampaign(
                        tenant: .default, key: "launch", name: "Launch", type: "multi_use", status: "active",
                        maxRedemptionsTotal: 40, perUserLimit: 2), in: &context
                ).number
                var texts: [String] = []
                for (campaign, places) in [(campaign, 6), (campaign, 30), (nil, 1000)] as [(EntityNumber?, Int64)] {
                    let made = try Codes.generate(
                        GenerateCodes(
                            tenant: .default, count: 1, terms: CodeTerms(campaign: campaign, maxUses: places)),
                        in: &context)
                    texts.append(made.text(at: 0))
                }
                return texts
            }, answer: { texts.value = (try? $0.get().value) ?? [] })
        world.run(milliseconds: 100)
        return texts.value.compactMap { CodeText(raw: $0) }
    }

    /// A value that a closure leaves.
    ///
    /// `@unchecked Sendable`: as ``SimulatedWorld``.
    private final class Box<Value>: @unchecked Sendable {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    /// Puts them where a simulation has them.
    func install(
        in live: String, _ world: SimulatedWorld, _ network: SimulatedNetwork
    ) throws -> [SimulatedServer] {
        try? FileManager.default.removeItem(atPath: live)
        return try SimulatedImage.names.map { name in
            try SimulatedServer.copy(path + "/" + name, to: live + "/" + name)
            return SimulatedServer(name, in: live + "/" + name, disk: disk.copy(), world, network)
        }
    }
}
