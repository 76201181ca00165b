/// Work on the node itself: frames to follow, a change of role.
///
/// Done alone, between two batches.
protocol ControlWork: AnyObject, Sendable {
    /// True if it can be done now, or sees to it that it can be once the applier has advanced.
    ///
    /// Later work waits until then.
    func isReady(in loop: SequencerLoop) -> Bool
    /// Does it and tells the caller.
    func run(in loop: SequencerLoop)
    /// It was not done: tell the caller.
    func fail(_ error: EngineError)
}
