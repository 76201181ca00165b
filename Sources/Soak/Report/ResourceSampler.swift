import Foundation
import Synchronization

/// Watches memory, descriptors and threads of the nodes, from `/proc`.
final class ResourceSampler: Sendable {
    struct Sample: Codable, Sendable {
        var residentMegabytes = 0.0
        var descriptors = 0
        var threads = 0
    }

    /// Over all processes of a node.
    struct Figures: Codable, Sendable {
        /// After the first seconds of the first process.
        var first = Sample()
        var last = Sample()
        var peak = Sample()
    }

    /// Far above what a node needs at these rates, far below what a leak reaches in an hour.
    static let limit = Sample(residentMegabytes: 1500, descriptors: 600, threads: 160)

    private struct State {
        var figures: [String: Figures] = [:]
        var reported: Set<String> = []
    }

    private let state = Mutex(State())
    private let findings: Findings

    init(_ findings: Findings) { self.findings = findings }

    /// Takes a sample of a running process.
    func sample(_ node: String, pid: pid_t) {
        guard let sample = ResourceSampler.read(pid) else { return }
        let evidence = state.withLock { state -> String? in
            var figures = state.figures[node] ?? Figures(first: sample)
            figures.last = sample
            figures.peak.residentMegabytes = max(figures.peak.residentMegabytes, sample.residentMegabytes)
            figures.peak.descriptors = max(figures.peak.descriptors, sample.descriptors)
            figures.peak.threads = max(figures.peak.threads, sample.threads)
            state.figures[node] = figures
            let limit = ResourceSampler.limit
            let isTooMuch =
                sample.residentMegabytes > limit.residentMegabytes || sample.descriptors > limit.descriptors
                || sample.threads > limit.threads
            guard isTooMuch, state.reported.insert("\(node) \(pid)").inserted else { return nil }
            return "node \(node) has \(Int(sample.residentMegabytes)) MB, \(sample.descriptors) descriptors, "
                + "\(sample.threads) threads"
        }
        if let evidence { findings.report(.memoryIsBounded, evidence) }
    }

    var figures: [String: Figures] { state.withLock { $0.figures } }

    private static func read(_ pid: pid_t) -> Sample? {
        guard let status = FileManager.default.contents(atPath: "/proc/\(pid)/status"),
            let descriptors = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
        else { return nil }
        var sample = Sample(descriptors: descriptors)
        for line in String(decoding: status, as: UTF8.self).split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count > 1, let number = Int(words[1]) else { continue }
            if words[0] == "VmRSS:" { sample.residentMegabytes = Double(number) / 1024 }
            if words[0] == "Threads:" { sample.threads = number }
        }
        return sample
    }
}
