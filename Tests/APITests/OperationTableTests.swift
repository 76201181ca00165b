import HTTPTypes
import TestSupport
import Testing

@testable import API
@testable import Wire

@Suite("One recogniser of paths")
struct OperationTableTests {
    private func operation(_ target: String, _ method: String = "POST") -> String? {
        OperationTable.all.match(RequestTarget(target))?.place.operation(method)?.name
    }

    @Test("every operation is recognised at its own path, with its parameters, and by both forms of a request target")
    func everyRoute() throws {
        for operation in Operations.all {
            let path = operation.path.replacing(#/\{[a-z_]+\}/#, with: "12")
            for target in [
                path, path + "?a=b", "http://host:80" + path, "HTTPS://[::1]" + path + "?", "http://h" + path,
            ] {
                let match = try #require(OperationTable.all.match(RequestTarget(target)), "\(target)")
                #expect(match.place.operation(operation.method.rawValue)?.name == operation.name)
                let names = operation.pathParameters.map(\.rawValue)
                #expect(match.path == path && match.parameters.keys.sorted() == names)
                #expect(match.parameters.values.allSatisfy { $0 == "12" })
            }
        }
    }

    @Test("what is nearly a path is none: nothing is folded or dropped")
    func exact() {
        for operation in Operations.all {
            let path = operation.path.replacing(#/\{[a-z_]+\}/#, with: "12")
            for target in [
                path + "/", "/" + path, path.replacing("/api/", with: "/api//"), path + "/.", "/./" + path.dropFirst(),
                path.uppercased(), path + "%", path + "%zz", path + "%2F", path + "#a", String(path.dropFirst()),
                "ftp://host" + path, path + ";a=1", path + "%00", "ws://host" + path, "x:" + path, "http:" + path,
                "http://" + path, "https://?" + path, "httpx://host" + path, " " + path,
            ] where target != path {
                let found = OperationTable.all.match(RequestTarget(target))
                #expect(found == nil || found?.parameters.values.contains("12") == false, "\(target)")
            }
        }
        #expect(operation("*") == nil && operation("") == nil && operation("http://host") == nil)
    }

    @Test("what is no path has no spelling that another reader could make a path of")
    func foreignText() {
        for target in ["ftp://host/livez", "livez", "x:/livez?a", "http:///livez", "*", ""] {
            #expect(RequestTarget(target).text == "*")
        }
        for target in ["/livez?a=%41", "http://host/livez?a=%41", "HTTPS://[::1]:80/livez?a=%41"] {
            #expect(RequestTarget(target).text == "/livez?a=%41")
        }
        #expect(RequestTarget("http://host").text == "/" && RequestTarget("http://host?a").text == "/?a")
        #expect(RequestTarget("//host/livez").text == "//host/livez")
    }

    @Test("an escaped character is the character, and an escaped slash never separates")
    func escapes() {
        #expect(operation("/api/invitations/%72edeem") == "redeem")
        #expect(operation("/%61pi/invitations/rede%65m?x") == "redeem")
        #expect(operation("/api/invitations%2Fredeem") == nil && operation("/api%2finvitations/redeem") == nil)
        let match = OperationTable.all.match(RequestTarget("/api/admin/invitations/codes/%31%32"))
        #expect(match?.parameters == ["id": "12"] && match?.path == "/api/admin/invitations/codes/12")
        let slash = OperationTable.all.match(RequestTarget("/api/admin/invitations/codes/a%2Fb"))
        #expect(slash?.parameters == ["id": "a/b"])
        #expect(operation("/api/admin/invitations/codes/%FF/revoke") == nil, "not UTF-8")
    }

    @Test("a constant segment wins over a parameter, so that Allow names the methods of one path")
    func constants() {
        #expect(operation("/api/admin/invitations/codes/export", "GET") == "exportCodes")
        #expect(operation("/api/admin/invitations/codes/import", "GET") == nil)
        #expect(OperationTable.all.match(RequestTarget("/api/admin/invitations/codes/import"))?.place.allow == "POST")
        #expect(OperationTable.all.match(RequestTarget("/api/admin/invitations/codes/7"))?.place.allow == "GET, PATCH")
    }

    @Test("queries are percent-decoded once, and a plus sign is a plus sign")
    func queries() throws {
        let parameters = try RequestTarget("/x?a=1&%62=%2B+%25&c&=d&&e=%C3%A9").parameters()
        #expect(parameters.map(\.name) == ["a", "b", "c", "", "e"])
        #expect(parameters.map(\.value) == ["1", "++%", "", "d", "é"])
        #expect(throws: Problem.self) { try RequestTarget("/x?a=%").parameters() }
        #expect(throws: Problem.self) { try RequestTarget("/x?a=%FF").parameters() }
    }
}
