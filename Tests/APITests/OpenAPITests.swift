import Foundation
import HTTPTypes
import JSONText
import TestSupport
import Testing

@testable import API
@testable import Wire

@Suite("The API document is true")
struct OpenAPITests {
    private func document() throws -> [String: Any] {
        let text = OpenAPI.document(version: "1.2.3").text
        return try #require(try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any])
    }

    @Test("it lists exactly the operations that are registered, and the other way round")
    func registered() throws {
        let paths = try #require(try document()["paths"] as? [String: [String: Any]])
        let documented = Set(paths.flatMap { path, item in item.keys.map { "\($0) \(path)" } })
        let registered = Set(Operations.all.map { "\($0.method.rawValue.lowercased()) \($0.path)" })
        #expect(documented == registered)
        #expect(registered.count == Operations.all.count, "an operation is registered twice")
    }

    @Test("operations have unique names, answers and documented path parameters")
    func operations() throws {
        let paths = try #require(try document()["paths"] as? [String: [String: Any]])
        var names: Set<String> = []
        for (path, item) in paths {
            for (method, operation) in item {
                let operation = try #require(operation as? [String: Any])
                let name = try #require(operation["operationId"] as? String)
                #expect(names.insert(name).inserted, "\(name) is used twice")
                let responses = try #require(operation["responses"] as? [String: Any])
                #expect(responses.keys.contains { $0.hasPrefix("2") }, "\(method) \(path) has no success")
                let parameters = operation["parameters"] as? [[String: Any]] ?? []
                let inPath = Set(
                    parameters.filter { $0["in"] as? String == "path" }.compactMap { $0["name"] as? String })
                let wanted = Set(
                    path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) })
                #expect(inPath == wanted)
            }
        }
    }

    @Test("every reference leads somewhere")
    func references() throws {
        let document = try document()
        func walk(_ value: Any) {
            if let object = value as? [String: Any] {
                if let reference = object["$ref"] as? String {
                    var target: Any? = document
                    for step in reference.dropFirst(2).split(separator: "/") {
                        target = (target as? [String: Any])?[String(step)]
                    }
                    #expect(target != nil, "\(reference) leads nowhere")
                }
                object.values.forEach(walk)
            } else if let list = value as? [Any] {
                list.forEach(walk)
            }
        }
        walk(document)
    }

    @Test(
        "a validator of OpenAPI 3.1 accepts it",
        .enabled(if: OpenAPITests.validatorIsInstalled, "needs python3 with openapi_spec_validator"))
    func validator() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "usher-openapi-\(UUID().uuidString).json")
        try Data(OpenAPI.document(version: "1.2.3").text).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(OpenAPITests.python(["-m", "openapi_spec_validator", file.path]) == 0)
    }

    static let validatorIsInstalled = python(["-c", "import openapi_spec_validator"]) == 0

    private static func python(_ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return -1
        }
        process.waitForEnd()
        return process.terminationStatus
    }
}
