internal import Domain
internal import Journal

/// Telling others of the log once enough followers have it.
extension Sequencer {
    /// Runs `body` with the follower quorum set to 0: at start-up, before followers can connect, and for the first frame
    /// of a new epoch.
    func withoutFollowers(_ body: () -> Void) {
        let required = quorum.require(0)
        body()
        quorum.require(required)
    }

    /// Hides the log's present contents until enough followers have them; called at the start of a primary.
    ///
    /// They have every acknowledged frame already, but the end of the log may be a frame that they never got.
    ///
    /// - Returns: True if the contents are hidden.
    func withholdLog() -> Bool {
        // The frames that the start itself has written, such as the ends of holds, are behind that and wait as well.
        guard standing.authority == .primary, !isNewLog, !quorum.has(logged.position) else { return false }
        unconfirmedStart = logged.position
        return true
    }

    /// Lets everybody see what the log held at the start.
    func endWithholding() {
        guard unconfirmedStart != nil else { return }
        unconfirmedStart = nil
        startConfirmed()
    }

    /// Tells of the last frame once enough followers have it.
    ///
    /// - Returns: True if no frame waits for followers.
    @discardableResult
    func confirmPending() -> Bool {
        if let start = unconfirmedStart {
            guard quorum.has(start) else { return false }
            endWithholding()
        }
        guard let frame = unconfirmed else { return true }
        guard quorum.has(frame.point.position) else { return false }
        unconfirmed = nil
        tell(frame.point, frame.credentials)
        return true
    }

    /// Tells of a frame that is as durable as it must be.
    func tell(_ point: JournalPoint, _ credentials: CredentialChanges) {
        loggedThrough(point)
        if !credentials.isEmpty { credentialsChanged(credentials) }
    }

    /// Gives out the answers that were kept, once enough followers have the frame or its time is over.
    ///
    /// - Returns: how long followers may still take; nil when nothing is awaited any more.
    func settleFollowers() -> UInt64? {
        guard isAwaitingFollowers else { return nil }
        if !confirmPending(), failure == nil, let frame = unconfirmed {
            let now = clock.monotonicNanoseconds()
            if now < frame.deadlineNanoseconds { return frame.deadlineNanoseconds - now }
        }
        stopAwaiting()
        return nil
    }

    /// Gives out the answers that were kept: "outcome unknown" where followers do not have the frame.
    func stopAwaiting() {
        guard isAwaitingFollowers else { return }
        isAwaitingFollowers = false
        giveOut(at: logged.time)
    }
}
