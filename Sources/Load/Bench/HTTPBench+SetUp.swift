internal import Foundation

/// Makes the campaign and the codes that are claimed.
extension HTTPBench {
    private struct Envelope<Value: Decodable>: Decodable {
        var data: Value
    }

    private struct Campaign: Decodable {
        var id: UInt64
    }

    private struct Code: Decodable {
        var id: UInt64
        var code: String
    }

    /// As many codes as a server puts into one document.
    private static let codesPerRequest = 1000

    /// Makes a campaign and codes of this run alone.
    func makeTargets() async throws -> ClaimTargets {
        let admin = "/api/admin/invitations"
        let campaign: Campaign = try await make(
            "\(admin)/campaigns",
            #"{"key":"bench-\#(run)","name":"usher bench \#(run)","type":"multi_use","status":"active"}"#)
        var codes: [(id: UInt64, text: String)] = []
        codes.reserveCapacity(options.codes)
        while codes.count < options.codes, !stop.isStopped || codes.isEmpty {
            progress(.makingCodes(codes.count, of: options.codes))
            let count = min(options.codes - codes.count, HTTPBench.codesPerRequest)
            let made: [Code] = try await make(
                "\(admin)/codes", #"{"count":\#(count),"campaign_id":\#(campaign.id),"max_uses":\#(options.places)}"#)
            guard !made.isEmpty else { throw BenchFailure("the server made no codes.") }
            codes += made.map { ($0.id, $0.code) }
        }
        return ClaimTargets(campaign: campaign.id, codes: codes, places: options.places, seed: options.seed)
    }

    private func make<Value: Decodable>(_ path: String, _ json: String) async throws -> Value {
        let bytes = try await administration.send("POST", path, json: json)
        do {
            return try JSONDecoder().decode(Envelope<Value>.self, from: Data(bytes)).data
        } catch {
            throw BenchFailure("the answer of POST \(path) is not what was expected; is it an usher server?")
        }
    }
}
