/// What waits to be done beside the sequencer, first come, first served: layers, lists, pieces of tasks.
package protocol WorkLane: TaskExecutor {
    /// Sees to it that `body` is run; on the caller's thread once the lane was stopped.
    func add(_ body: @escaping @Sendable () -> Void)
    /// Runs what waits, if nobody else does: called by who is about to block until it is done.
    func runWaiting()
    /// Runs what waits and ends.
    func stop()
}
