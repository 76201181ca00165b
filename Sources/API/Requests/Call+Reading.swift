import Engine
import HTTPTypes

extension Call {
    /// True if a read has to contain all that this node has.
    ///
    /// On a primary always, on a replica where a position is asked for. Else the newest commit will do, at the position
    /// that the answer names.
    var wantsCurrent: Bool { api.engine.decides || request.headers[.usherMinPosition] != nil }
}
