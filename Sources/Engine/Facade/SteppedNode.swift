/// A node that advances step by step; a thread takes the steps, or a simulation of many nodes in one thread.
package protocol SteppedNode: AnyObject, Sendable {
    /// Advances as far as that is possible without waiting for anybody.
    ///
    /// - Parameter sleeps: True if the calling thread sleeps first until there is something to do.
    func step(sleeps: Bool)
    /// True if something has come that the next step is to see.
    var isAwake: Bool { get }
    /// The nanoseconds for which the node can rest when nothing comes; nil for no limit.
    var restNanoseconds: UInt64? { get }
    /// True if the node is closed: it takes no more steps.
    var isOver: Bool { get }
}
