import Domain
import Engine
import Journal
import Store
import TestSupport
import Testing

@Suite struct `Races` {
    @Test(arguments: [(1, 64, 5), (1000, 64, 40)])
    func `clients racing for places get exactly as many as there are`(
        places: Int64, clients: Int, claimsEach: Int
    ) async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: places)
        let outcomes = try await withThrowingTaskGroup(of: [ClaimOutcome].self) { group in
            for client in 0..<clients {
                group.addTask {
                    var outcomes: [ClaimOutcome] = []
                    for claim in 0..<claimsEach {
                        outcomes.append(try await node.engine.claim(.redeem(code, by: "c\(client)-\(claim)")).value)
                    }
                    return outcomes
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(outcomes.count { $0.isNew } == Int(places))
        #expect(outcomes.count { $0.refusal == .exhausted } == clients * claimsEach - Int(places))
        #expect(try await node.violations() == [])
    }

    @Test func `the same redeemer racing itself gets one redemption, told to everybody who asked`() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1000)
        let numbers = try await withThrowingTaskGroup(of: (EntityNumber, Bool).self) { group in
            for _ in 0..<64 {
                group.addTask {
                    guard
                        case .redeemed(let row, let already) =
                            try await node.engine.claim(.redeem(code, by: "ada")).value
                    else { throw NoSuchThing() }
                    return (row.number, already)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(numbers.map(\.0)).count == 1)
        #expect(numbers.count { !$0.1 } == 1)
    }

    @Test func `who had a place before a restart has it when claims are looked up by the filter`() async throws {
        let directory = try TemporaryDirectory()
        let code = try await {
            let node = try TemporaryEngine(in: directory)
            let code = try await node.makeCode(maxUses: 2000)
            for number in 0..<600 { _ = try await node.engine.claim(.redeem(code, by: "r\(number)")) }
            node.engine.close()
            return code
        }()
        let node = try TemporaryEngine(in: directory)
        while node.engine.status.keyFilterBytes == 0 {
            #expect(try await !node.engine.claim(.redeem(code, by: "r7")).value.isNew)
        }
        for number in 0..<600 { #expect(try await !node.engine.claim(.redeem(code, by: "r\(number)")).value.isNew) }
        for number in 600..<800 { #expect(try await node.engine.claim(.redeem(code, by: "r\(number)")).value.isNew) }
        #expect(try await node.violations() == [])
    }

    @Test func `a position that comes with an answer is never lower than one that was given before`() async throws {
        let node = try TemporaryEngine()
        let code = try await node.makeCode(maxUses: 1000)
        var last = node.engine.position
        for number in 0..<50 {
            let answer = try await node.engine.claim(.redeem(code, by: "r\(number % 40)"))
            #expect(answer.position >= last)
            #expect(node.engine.position >= answer.position)
            last = answer.position
        }
    }

    @Test func `a list shows every claim that was acknowledged before it was asked for`() async throws {
        let node = try TemporaryEngine { $0.commitIntervalMilliseconds = 60_000 }
        let code = try await node.makeCode(maxUses: 1000)
        for number in 1...20 {
            _ = try await node.engine.claim(.redeem(code, by: "r\(number)"))
            let listed = try await node.engine.read { snapshot, _ in snapshot.count(Tables.redemptions) }
            #expect(listed.value == number)
        }
    }
}
