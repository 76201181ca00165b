import Engine

/// The threads of a node in a simulation: there are none, and what they would do happens when its time comes.
///
/// `@unchecked Sendable`: as ``SimulatedWorld``.
final class SimulatedThreads: EngineThreads, @unchecked Sendable {
    private let world: SimulatedWorld
    private var lanes: [SimulatedLane] = []

    init(_ world: SimulatedWorld) {
        self.world = world
    }

    var areParallel: Bool { false }

    func makeLane(_ name: String, threads count: Int) -> any WorkLane {
        let lane = SimulatedLane(world)
        lanes.append(lane)
        return lane
    }

    func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> any WorkThread {
        body()
        return Ended()
    }

    func carry(_ node: any SteppedNode) -> any WorkThread {
        world.carry(node)
        return CarriedToItsEnd(node: node, world: world, lanes: { [self] in lanes })
    }

    private struct Ended: WorkThread {
        func join() {}
    }

    private struct CarriedToItsEnd: WorkThread {
        let node: any SteppedNode
        let world: SimulatedWorld
        let lanes: @Sendable () -> [SimulatedLane]

        /// Takes the node's last steps, in no time.
        func join() {
            world.forget(node)
            var steps = 0
            while !node.isOver {
                for lane in lanes() { lane.runWaiting() }
                node.step(sleeps: false)
                steps += 1
                precondition(steps < 10_000, "a node that is closed comes to its end")
            }
        }
    }
}

/// Work of a simulated node beside its sequencer: each piece after the one before, sooner or later.
///
/// `@unchecked Sendable`: as ``SimulatedWorld``.
final class SimulatedLane: WorkLane, @unchecked Sendable {
    private let world: SimulatedWorld
    private var waiting: [@Sendable () -> Void] = []
    private var isStopped = false

    init(_ world: SimulatedWorld) {
        self.world = world
    }

    func add(_ body: @escaping @Sendable () -> Void) {
        guard !isStopped else { return body() }
        waiting.append(body)
        let delay = world.oneIn(8) ? 200 + world.below(600) : world.below(20)
        world.after(milliseconds: delay) { [self] in runNext() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    func runWaiting() {
        while !waiting.isEmpty { runNext() }
    }

    func stop() {
        isStopped = true
        runWaiting()
    }

    private func runNext() {
        if !waiting.isEmpty { waiting.removeFirst()() }
    }
}
