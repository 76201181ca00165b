internal import Journal

/// Cuts a stream of bytes into frames: what can be taken over, and heartbeats.
struct FrameSplitter {
    /// The bytes that are not a whole frame yet.
    private var rest: [UInt8] = []

    /// The frames and the heartbeat that a piece of the stream completed.
    struct Harvest {
        /// Whole frames of the log, one behind the other.
        var frames: [UInt8] = []
        /// The heartbeats among them.
        var heartbeats: [FrameHeader] = []
    }

    /// Adds the next bytes.
    ///
    /// Frames of the log are cut by their headers only: who takes them over verifies them.
    ///
    /// - Throws: ``FrameFault`` when what should be a header is none; nothing behind it can be understood.
    mutating func add(_ bytes: [UInt8]) throws(FrameFault) -> Harvest {
        rest.append(contentsOf: bytes)
        var harvest = Harvest()
        var start = 0
        var frameStart = 0
        while rest.count - start >= FrameHeader.byteCount {
            let header = try FrameHeader(decoding: rest.span.bytes.extracting(start..<rest.count))
            guard header.frameBytes <= rest.count - start else { break }
            if header.kind == .heartbeat {
                _ = try FrameDecoder.verify(rest.span.bytes.extracting(start..<rest.count))
                harvest.heartbeats.append(header)
                harvest.frames.append(contentsOf: rest[frameStart..<start])
                frameStart = start + header.frameBytes
            }
            start += header.frameBytes
        }
        harvest.frames.append(contentsOf: rest[frameStart..<start])
        rest.removeFirst(start)
        return harvest
    }
}
