/// Threads of the operating system.
struct SystemThreads: EngineThreads {
    var areParallel: Bool { true }

    func makeLane(_ name: String, threads count: Int) -> any WorkLane { ThreadLane(name, threads: count) }

    func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> any WorkThread { OSThread(name, body) }

    func carry(_ node: any SteppedNode) -> any WorkThread {
        OSThread("usher-sequencer") {
            while !node.isOver { node.step(sleeps: true) }
        }
    }
}
