/// A node that goes on step by step, whoever takes the steps: a thread, or a simulation of many nodes in one.
package protocol SteppedNode: AnyObject, Sendable {
    /// Goes on as far as that is possible without waiting for anybody.
    ///
    /// - Parameter sleeps: whether the calling thread sleeps first until there is something to do.
    func step(sleeps: Bool)
    /// Whether something has come that the next step is to see.
    var isAwake: Bool { get }
    /// How long the node can rest when nothing comes; nil: however long.
    var restNanoseconds: UInt64? { get }
    /// Whether the node is closed: it takes no more steps.
    var isOver: Bool { get }
}
