public import Foundation

extension Process {
    /// Waits until it has ended.
    ///
    /// Looks again and again: `waitUntilExit()` waits for the run loop of its thread to be woken, and was seen to wait
    /// for ever on a thread other than the one that had started the process.
    public func waitForEnd() {
        while isRunning { Thread.sleep(forTimeInterval: 0.005) }
    }
}
