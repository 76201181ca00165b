/// What the active layer looked like before each write of the batch, so that writes can be taken back in reverse.
struct UndoLog {
    private struct Step {
        var index: Int
        var entry: LayerStorage.Entry
        /// The old value's bytes, which a new value of the same length overwrites in place.
        var savedOffset: Int
    }

    /// A point between two writes.
    struct Mark {
        var steps: Int
        var saved: Int
    }

    private var steps: [Step] = []
    private var saved: [UInt8] = []

    var mark: Mark { Mark(steps: steps.count, saved: saved.count) }

    /// Remembers an entry before it is written.
    @inline(__always)
    mutating func remember(_ index: Int, in layer: UnsafeMutablePointer<LayerStorage>) {
        let entry = layer.pointee.entries[index]
        steps.append(Step(index: index, entry: entry, savedOffset: saved.count))
        if entry.state == .present { saved.append(contentsOf: layer.pointee.value(index)) }
    }

    /// Brings every entry back to how it was at the mark.
    mutating func rollBack(to mark: Mark, in layer: UnsafeMutablePointer<LayerStorage>) {
        while steps.count > mark.steps, let step = steps.popLast() {
            layer.pointee.entries[step.index] = step.entry
            guard step.entry.state == .present else { continue }
            saved.withUnsafeBytes { bytes in
                let old = bytes[step.savedOffset..<(step.savedOffset + Int(step.entry.valueLength))]
                layer.pointee.overwriteValue(step.index, UnsafeRawBufferPointer(rebasing: old))
            }
        }
        saved.removeLast(saved.count - mark.saved)
    }

    /// Forgets everything: the batch stands.
    mutating func clear() {
        steps.removeAll(keepingCapacity: true)
        saved.removeAll(keepingCapacity: true)
        if steps.capacity > 1 << 20 { steps = [] }
    }
}
