public import Journal

/// The engine's doors to the world: what a simulation replaces.
public struct EngineSeams: Sendable {
    /// Time.
    public var clock: any EngineClock
    /// Makes the generator that decisions draw from.
    public var makeRandom: @Sendable () -> any RandomNumberGenerator
    /// The journal's disk.
    public var disk: any Disk
    /// Who takes the node's steps and does what is done beside them.
    package var threads: any EngineThreads = SystemThreads()

    /// The real world, unless said otherwise.
    public init(
        clock: any EngineClock = SystemClock(),
        makeRandom: @escaping @Sendable () -> any RandomNumberGenerator = { SystemRandomNumberGenerator() },
        disk: any Disk = RealDisk()
    ) {
        self.clock = clock
        self.makeRandom = makeRandom
        self.disk = disk
    }
}
