import Engine
import Foundation
import Journal

/// Looks at a machine the way a server will.
struct Doctor {
    /// The result of a check.
    enum Outcome: String, Encodable {
        case ok, warn, fail
    }

    /// One check.
    struct Finding: Encodable {
        var name: String
        var outcome: Outcome
        var detail: String
        var advice: String?
        var figures: [String: Double] = [:]
    }

    let directory: String

    /// Free space below which there is little time left.
    private static let freeBytesComfortable: UInt64 = 2 << 30
    /// 2025-01-01: before it, no machine that runs this has a clock that is set.
    private static let earliestSeconds = 1_735_689_600.0

    /// The directory, or the nearest one above it that exists: where a new one would be.
    private var existing: String {
        var url = URL(fileURLWithPath: directory).standardizedFileURL
        while !FileManager.default.fileExists(atPath: url.path), url.path != "/" { url.deleteLastPathComponent() }
        return url.path
    }

    /// Makes all checks.
    func examine() -> [Finding] {
        [data, syncLatency, space, fileSystem, openFiles, clock, lock, cores, libraries]
    }

    private var data: Finding {
        do {
            guard let manifest = try DataDirectory.readManifest(in: directory) else {
                return Finding(
                    name: "data", outcome: .ok, detail: "\(directory) is not there yet; the first start makes it")
            }
            try DataDirectory.check(manifest, role: manifest.role, path: directory)
            return Finding(
                name: "data", outcome: .ok, detail: "\(directory): format \(manifest.format), \(manifest.role)")
        } catch {
            return Finding(name: "data", outcome: .fail, detail: describe(error))
        }
    }

    private var syncLatency: Finding {
        do {
            let probe = try SyncProbe.run(in: existing)
            var finding = Finding(
                name: "sync_latency", outcome: .ok,
                detail: "4 KiB write and sync: p50 \(probe.text(probe.median)), p99 \(probe.text(probe.high)), "
                    + "max \(probe.text(probe.longest))",
                figures: ["p50_ms": probe.median, "p99_ms": probe.high, "max_ms": probe.longest])
            if probe.median > 20 || probe.high > 100 {
                finding.outcome = .warn
                finding.advice =
                    "Every claim waits for a sync. Use a local SSD or NVMe disk with power-loss protection."
            } else if probe.median < 0.02 {
                finding.outcome = .warn
                finding.advice =
                    "That is too fast for stable storage: memory, or a cache that may lose writes in a power cut."
            }
            return finding
        } catch {
            return Finding(
                name: "sync_latency", outcome: .fail, detail: "\(existing) cannot be written: \(describe(error))",
                advice: "Check the owner and mode of the directory.")
        }
    }

    private var space: Finding {
        guard let free = try? RealDisk().freeBytes(existing) else {
            return Finding(name: "free_space", outcome: .fail, detail: "the free space of \(existing) cannot be read")
        }
        let reserve = UInt64(max(0, EngineConfiguration(directory: directory).freeDiskBytesMin))
        var finding = Finding(
            name: "free_space", outcome: .ok, detail: "\(describe(bytes: free)) free",
            figures: ["free_bytes": Double(free)])
        if free < reserve {
            finding.outcome = .fail
            finding.advice = "The server takes no writes below \(describe(bytes: reserve)). Free some space."
        } else if free < Doctor.freeBytesComfortable {
            finding.outcome = .warn
            finding.advice = "The journal keeps up to 1 GiB beside the tables. Have at least 2 GiB free."
        }
        return finding
    }

    private var fileSystem: Finding {
        guard let kind = FileSystemKind(path: existing) else {
            return Finding(name: "file_system", outcome: .warn, detail: "the kind of file system cannot be read")
        }
        var finding = Finding(name: "file_system", outcome: .ok, detail: kind.name)
        if kind.isRemote {
            finding.outcome = .warn
            finding.advice = "LMDB and file locks are not safe on a network file system. Use a local disk."
        } else if kind.isVolatile {
            finding.outcome = .warn
            finding.advice = "This is memory: everything is gone after a restart of the machine."
        }
        return finding
    }

    private var openFiles: Finding {
        let (now, most) = OpenFiles.limits
        var finding = Finding(
            name: "open_files", outcome: .ok, detail: "limit \(now), can be raised to \(most)",
            figures: ["limit": Double(now), "most": Double(most)])
        if most < 20_128 {
            finding.outcome = .warn
            finding.advice = "Not enough for 20000 connections. systemd: LimitNOFILE=65536."
        }
        return finding
    }

    private var clock: Finding {
        let now = Date().timeIntervalSince1970
        let journal = (try? JournalView(dataDirectory: directory))?.end.time
        let ahead = journal.map { Double($0.milliseconds) / 1000 - now } ?? 0
        let text = describe(Timestamp(milliseconds: Int64(now * 1000)))
        if now < Doctor.earliestSeconds {
            return Finding(
                name: "clock", outcome: .fail, detail: "the clock says \(text)",
                advice: "Set the clock; run an NTP client.")
        }
        if ahead > 5, let journal {
            return Finding(
                name: "clock", outcome: .warn, detail: "the clock says \(text), the newest frame \(describe(journal))",
                advice: "The log's time stands still until the clock has caught up: holds last longer. Check NTP.",
                figures: ["journal_ahead_seconds": ahead])
        }
        return Finding(name: "clock", outcome: .ok, detail: text)
    }

    private var lock: Finding {
        switch FileLock.holder(of: directory + "/lock") {
        case .nobody: return Finding(name: "server", outcome: .ok, detail: "no server runs on \(directory)")
        case .process(let number):
            let process = number.map { " (process \($0))" } ?? ""
            return Finding(name: "server", outcome: .ok, detail: "a server runs on \(directory)\(process)")
        }
    }

    private var cores: Finding {
        let count = ProcessInfo.processInfo.activeProcessorCount
        var finding = Finding(name: "cores", outcome: .ok, detail: "\(count)", figures: ["cores": Double(count)])
        if count < 2 {
            finding.outcome = .warn
            finding.advice = "The sequencer and the network share one core. Two are better."
        }
        return finding
    }

    private var libraries: Finding {
        let versions = Versions()
        return Finding(
            name: "libraries", outcome: .ok,
            detail: "usher \(versions.version), lmdb \(versions.lmdb), zstd \(versions.zstd)")
    }
}
