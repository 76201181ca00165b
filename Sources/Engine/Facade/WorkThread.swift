/// Something that runs beside the caller.
package protocol WorkThread: Sendable {
    /// Waits until it has ended.
    ///
    /// Call once.
    func join()
}
