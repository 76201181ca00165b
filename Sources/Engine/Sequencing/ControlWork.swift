/// Work on the node itself: frames to follow, a change of role.
///
/// Done alone, between two batches.
protocol ControlWork: AnyObject, Sendable {
    /// Does it and tells the caller.
    func run(in loop: SequencerLoop)
    /// It was not done: tell the caller.
    func fail(_ error: EngineError)
}
