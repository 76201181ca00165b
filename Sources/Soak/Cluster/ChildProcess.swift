import CLinux
import Foundation
import Synchronization

/// A process of another program, in a group of its own, with its output in files.
final class ChildProcess: Sendable {
    let pid: pid_t
    private let end = Mutex<Int32?>(nil)

    /// Starts a program with exactly this environment.
    ///
    /// Descriptors of this process are not inherited: a link that is closed here must be closed for everybody.
    init(_ program: String, _ arguments: [String], environment: [String: String], output: String, errors: String) throws
    {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals that are ignored here would be ignored there too.
        var defaults = sigset_t()
        sigfillset(&defaults)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        // Threads of Dispatch, which may run this, block signals; a shell that inherits that is deaf.
        var blocked = sigset_t()
        sigemptyset(&blocked)
        posix_spawnattr_setsigmask(&attributes, &blocked)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var argumentList = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argumentList + variables { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, &argumentList, &variables)
        guard code == 0 else { throw SoakFailure("\(program) cannot be started: \(String(cString: strerror(code)))") }
        self.pid = pid
    }

    /// The exit code of the ended process, or 128 and the signal; nil while it runs.
    var endCode: Int32? {
        end.withLock { end in
            if end == nil {
                var status: Int32 = 0
                guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
                end = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            }
            return end
        }
    }

    var isRunning: Bool { endCode == nil }

    /// Sends a signal, but not to a process that has ended: its number may belong to another one by then.
    func signal(_ number: Int32) { end.withLock { end in if end == nil { kill(pid, number) } } }

    /// Waits for its end, at most `limit`, and returns its exit code; nil when it still runs.
    func waitForEnd(_ limit: Duration) async -> Int32? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let code = endCode { return code }
            await pause(.milliseconds(10))
        }
        return endCode
    }
}

/// Sleeps even when the task is cancelled, so that a step that was begun is finished.
func pause(_ duration: Duration) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(
            deadline: .now() + .nanoseconds(Int(duration / .nanoseconds(1)))
        ) { continuation.resume() }
    }
}
