import TestSupport
import Testing

@testable import Journal

@Suite("A file that replaces another")
struct ReplacementFileTests {
    private static let path = "place/name"
    private static let old = [UInt8]("old".utf8)
    private static let new = [UInt8](repeating: 7, count: 3000)

    /// A disk with the old file, or none.
    private func disk(_ hasOld: Bool) -> SimulatedDisk {
        let disk = SimulatedDisk()
        if hasOld { disk.place(Self.path, Self.old) }
        return disk
    }

    private func replace(on disk: SimulatedDisk) throws(DiskError) {
        var file = try ReplacementFile(Self.path, temporarySuffix: ".new", on: disk)
        try file.write(Self.new.span.bytes.extracting(0..<1000))
        try file.write(Self.new.span.bytes.extracting(1000..<3000))
        try file.publish()
    }

    private func operationCount(_ hasOld: Bool) throws -> Int {
        let disk = disk(hasOld)
        try replace(on: disk)
        return disk.operations.count
    }

    @Test("is the old one or the new one after a kill or a power cut at any step, and can be replaced again")
    func interruptions() throws {
        for hasOld in [false, true] {
            for operation in 0..<(try operationCount(hasOld)) {
                let disk = disk(hasOld)
                disk.cutPower(atOperation: operation)
                #expect(throws: DiskError.self) { try replace(on: disk) }
                for survivor in [disk.copy()] + (0..<10).map({ disk.afterPowerCut(seed: $0) }) {
                    let found = survivor.contents(Self.path)
                    #expect(found == Self.new || found == (hasOld ? Self.old : nil), "operation \(operation)")
                    try replace(on: survivor)
                    #expect(survivor.contents(Self.path) == Self.new)
                    #expect(try survivor.list("place") == ["name"])
                }
            }
        }
    }

    @Test("leaves nothing beside it when a step fails or the disk is full")
    func failures() throws {
        for hasOld in [false, true] {
            for operation in 0..<(try operationCount(hasOld)) {
                let disk = disk(hasOld)
                disk.fail(operation: operation, code: 28)
                #expect(throws: DiskError.self) { try replace(on: disk) }
                #expect(try disk.list("place") == (disk.contents(Self.path) == nil ? [] : ["name"]))
                try replace(on: disk)
                #expect(disk.contents(Self.path) == Self.new)
            }
            for capacity in [0, 500, 2500] as [UInt64] {
                let disk = disk(hasOld)
                disk.setCapacity(capacity)
                let error = #expect(throws: DiskError.self) { try replace(on: disk) }
                #expect(error?.isOutOfSpace == true)
                #expect(try disk.list("place") == (hasOld ? ["name"] : []))
            }
        }
    }

    @Test("takes the place of whatever lies under its temporary name")
    func remains() throws {
        let disk = disk(true)
        disk.place(Self.path + ".new", [UInt8](repeating: 1, count: 10_000))
        try replace(on: disk)
        #expect(disk.contents(Self.path) == Self.new)
        #expect(try disk.list("place") == ["name"])
    }
}
