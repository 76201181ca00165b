#!/usr/bin/env bash
# A child that Foundation's `Process` starts from a task or a dispatch queue cannot be terminated with `terminate()`.
#
# Seen with the Foundation of Swift 6.3.1 on Linux x86_64: the child inherits the signal mask of the thread that calls
# `run()`. The worker threads behind `Task` and `DispatchQueue` block nearly every signal, SIGTERM among them, so the
# SIGTERM of `terminate()` stays pending: the child runs to its own end, and `terminationReason` says `exit`, status 0.
# From the main thread the same calls end it at once, by signal 15. Programs that supervise others from asynchronous code
# meet this: a server under test that "does not drain", for one. Starting children from a thread whose mask is empty, or
# with an API that sets the child's mask, avoids it.
#
# Needs swiftc of 6.3.1, whose Foundation is what is tested; nothing is installed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
version=6.3.1
swiftc --version 2>/dev/null | grep -qF "Swift version $version" || { echo "this is about Swift $version" >&2; exit 1; }

cat >program.swift <<'SWIFT'
import Foundation

func startAndTerminate(from place: String) {
    let child = Process()
    child.executableURL = URL(filePath: "/bin/sleep")
    child.arguments = ["3"]
    do { try child.run() } catch { fatalError("\(error)") }
    usleep(300_000)
    let status = (try? String(contentsOfFile: "/proc/\(child.processIdentifier)/status", encoding: .utf8)) ?? ""
    let blocked = status.split(separator: "\n").first { $0.hasPrefix("SigBlk") }?.split(separator: "\t").last ?? "?"
    let isBlocked = ((UInt64(blocked, radix: 16) ?? 0) >> 14) & 1 == 1
    child.terminate()
    child.waitUntilExit()
    let end = child.terminationReason == .uncaughtSignal ? "signal" : "exit"
    print("\(place): SIGTERM blocked \(isBlocked), ended by \(end) \(child.terminationStatus)")
}

let done = DispatchSemaphore(value: 0)
startAndTerminate(from: "main thread")
DispatchQueue.global().async { startAndTerminate(from: "queue"); done.signal() }
done.wait()
Task.detached { startAndTerminate(from: "task"); done.signal() }
done.wait()
SWIFT
swiftc program.swift -o program
./program | tee seen
diff seen - <<'TEXT' || { echo "changed since Swift 6.3.1 was looked at" >&2; exit 1; }
main thread: SIGTERM blocked false, ended by signal 15
queue: SIGTERM blocked true, ended by exit 0
task: SIGTERM blocked true, ended by exit 0
TEXT
