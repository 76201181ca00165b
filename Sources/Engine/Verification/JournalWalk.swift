internal import Foundation
internal import Journal

/// The result of a walk over the whole journal.
struct JournalWalk {
    var frames: UInt64 = 0
    var commands: UInt64 = 0
    var storedBytes: UInt64 = 0
    var rawBytes: UInt64 = 0
    var effects: UInt64 = 0
    /// The journal's own account of a position, when that is the end of a retained frame or the journal's beginning.
    var atPosition: JournalPoint?
    var oldest: LogPosition

    /// Verifies every retained frame: header, payload, padding, chain, decompression, effects.
    ///
    /// - Parameters:
    ///   - view: The journal.
    ///   - position: The position whose point is remembered; nil for none.
    ///   - progress: Called often with the progress.
    /// - Throws: `JournalError`, or ``EngineError`` when a frame's effects cannot be read.
    init(
        _ view: JournalView, remembering position: LogPosition?, progress: (VerificationProgress) -> Void
    ) throws {
        oldest = view.oldest
        let reader = try view.makeReader(after: view.oldest)
        let total = view.bytes
        var segment: UInt64 = 0
        var before: UInt64 = 0
        if reader.point.position == position { atPosition = reader.point }
        while let header = try reader.next(through: view.end.position) {
            frames += 1
            commands += UInt64(header.commandCount)
            storedBytes += UInt64(header.frameBytes)
            rawBytes += UInt64(header.rawLength)
            try reader.withContents { payload in
                effects += try JournalEffect.count(in: payload, at: header.position)
                _ = try EventReader.events(of: header, payload)
            }
            if reader.point.position == position { atPosition = reader.point }
            if reader.segment != segment {
                segment = reader.segment
                before = view.bytes(before: segment)
            }
            if frames.isMultiple(of: 256) {
                progress(VerificationProgress(step: "journal", done: before + reader.offset, total: total))
            }
        }
        progress(VerificationProgress(step: "journal", done: total, total: total))
    }
}
