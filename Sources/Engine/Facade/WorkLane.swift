/// The work beside the sequencer, first come, first served: layers, lists, pieces of tasks.
package protocol WorkLane: TaskExecutor {
    /// Has `body` run; on the caller's thread once the lane was stopped.
    func add(_ body: @escaping @Sendable () -> Void)
    /// Runs the waiting work if no other thread does; a caller that is about to block until it is done calls this
    /// first.
    func runWaiting()
    /// Runs the waiting work and ends.
    func stop()
}
