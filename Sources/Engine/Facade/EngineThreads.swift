/// Where the parts of an engine run: on threads of the system, or wherever a simulation lets them.
package protocol EngineThreads: Sendable {
    /// True if several things can be done at a time, so that it makes sense to prepare something ahead.
    var areParallel: Bool { get }
    /// Makes a lane that so many threads work off.
    func makeLane(_ name: String, threads count: Int) -> any WorkLane
    /// Runs `body` once.
    func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> any WorkThread
    /// Takes a node's steps until it is over.
    func carry(_ node: any SteppedNode) -> any WorkThread
}
