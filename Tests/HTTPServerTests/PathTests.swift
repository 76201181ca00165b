import HTTPTypes
import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite("One recogniser of paths")
struct PathTests {
    private func operation(_ target: String, _ method: String = "POST") -> String? {
        RouteTable.all.match(RequestTarget(target))?.place.route(method)?.operation
    }

    @Test("every route is recognised at its own path, with its parameters, and by both forms of a request target")
    func everyRoute() throws {
        for route in Routes.all {
            let path = route.path.replacing("{id}", with: "12")
            for target in [
                path, path + "?a=b", "http://host:80" + path, "HTTPS://[::1]" + path + "?", "http://h" + path,
            ] {
                let match = try #require(RouteTable.all.match(RequestTarget(target)), "\(target)")
                #expect(match.place.route(route.method.rawValue)?.operation == route.operation)
                #expect(match.path == path && match.parameters == (route.path == path ? [:] : ["id": "12"]))
            }
        }
    }

    @Test("what is nearly a path is none: nothing is folded or dropped")
    func exact() {
        for route in Routes.all {
            let path = route.path.replacing("{id}", with: "12")
            for target in [
                path + "/", "/" + path, path.replacing("/api/", with: "/api//"), path + "/.", "/./" + path.dropFirst(),
                path.uppercased(), path + "%", path + "%zz", path + "%2F", path + "#a", String(path.dropFirst()),
                "ftp://host" + path, path + ";a=1", path + "%00",
            ] where target != path {
                let found = RouteTable.all.match(RequestTarget(target))
                #expect(found == nil || found?.parameters.values.contains("12") == false, "\(target)")
            }
        }
        #expect(operation("*") == nil && operation("") == nil && operation("http://host") == nil)
    }

    @Test("an escaped character is the character, and an escaped slash never separates")
    func escapes() {
        #expect(operation("/api/invitations/%72edeem") == "redeem")
        #expect(operation("/%61pi/invitations/rede%65m?x") == "redeem")
        #expect(operation("/api/invitations%2Fredeem") == nil && operation("/api%2finvitations/redeem") == nil)
        let match = RouteTable.all.match(RequestTarget("/api/admin/invitations/codes/%31%32"))
        #expect(match?.parameters == ["id": "12"] && match?.path == "/api/admin/invitations/codes/12")
        let slash = RouteTable.all.match(RequestTarget("/api/admin/invitations/codes/a%2Fb"))
        #expect(slash?.parameters == ["id": "a/b"])
        #expect(operation("/api/admin/invitations/codes/%FF/revoke") == nil, "not UTF-8")
    }

    @Test("a constant segment wins over a parameter, so that Allow names the methods of one path")
    func constants() {
        #expect(operation("/api/admin/invitations/codes/export", "GET") == "exportCodes")
        #expect(operation("/api/admin/invitations/codes/import", "GET") == nil)
        #expect(RouteTable.all.match(RequestTarget("/api/admin/invitations/codes/import"))?.place.allow == "POST")
        #expect(RouteTable.all.match(RequestTarget("/api/admin/invitations/codes/7"))?.place.allow == "GET, PATCH")
    }

    @Test("queries are percent-decoded once, and a plus sign is a plus sign")
    func queries() throws {
        let parameters = try RequestTarget("/x?a=1&%62=%2B+%25&c&=d&&e=%C3%A9").parameters()
        #expect(parameters.map(\.name) == ["a", "b", "c", "", "e"])
        #expect(parameters.map(\.value) == ["1", "++%", "", "d", "é"])
        #expect(throws: Problem.self) { try RequestTarget("/x?a=%").parameters() }
        #expect(throws: Problem.self) { try RequestTarget("/x?a=%FF").parameters() }
    }

    /// What a server says to a request, as status and code.
    private func answer(_ server: TestServer, _ line: String, body: String = "{}") async throws -> String {
        var answer = ""
        try await RawConnection.open(server) { connection in
            try await connection.send(
                "\(line)\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
            guard let response = await connection.response() else { return }
            let code = response.body.split(separator: "\"code\":\"").dropFirst().first?.prefix { $0 != "\"" } ?? ""
            answer = "\(response.status) \(code)"
        }
        return answer
    }

    @Test("doubtful spellings of the claim routes are the route or 404, on a primary and on a replica")
    func servers() async throws {
        try await TestServer.run { primary in
            _ = try await primary.campaign("drop", type: "capacity", limit: 1000)
            let directory = try TemporaryDirectory("replica")
            let replica = try await HTTPReplica.start(of: primary, key: primary.key("replicate"), in: directory)
            let body = #"{"campaign":"drop","redeemer_id":1}"#
            try await TestServer.serve(replica.engine, in: directory) { follower in
                for path in ["redeem", "holds", "redeem/batch"] {
                    for line in [
                        "POST /api/invitations/\(path)/ HTTP/1.1", "POST //api/invitations/\(path) HTTP/1.1",
                        "POST /api//invitations/\(path) HTTP/1.1", "POST /api/invitations%2F\(path) HTTP/1.1",
                        "POST http://host:1//api/invitations/\(path) HTTP/1.1",
                        "POST /api/invitations/./\(path) HTTP/1.1",
                    ] {
                        #expect(try await answer(primary, line, body: body) == "404 not_found", "\(line)")
                        #expect(try await answer(follower, line, body: body) == "404 not_found", "\(line)")
                    }
                    for line in [
                        "POST http://host:1/api/invitations/\(path) HTTP/1.1",
                        "POST /api/%69nvitations/\(path) HTTP/1.1", "POST /api/invitations/\(path)? HTTP/1.1",
                    ] {
                        let first = try await answer(primary, line, body: body)
                        #expect(first.hasPrefix("20"), "\(line): \(first)")
                        #expect(try await answer(follower, line, body: body) == "421 not_primary", "\(line)")
                    }
                }
                // A read is a read in every spelling, and an unknown path is none.
                for server in [primary, follower] {
                    #expect(try await answer(server, "GET http://a/livez HTTP/1.1", body: "") == "200 ")
                    #expect(try await answer(server, "GET /livez/ HTTP/1.1", body: "") == "404 not_found")
                    #expect(
                        try await answer(server, "GET /api/admin/invitations/codes/ HTTP/1.1", body: "")
                            == "404 not_found")
                    #expect(
                        try await answer(server, "PUT /api/invitations/redeem HTTP/1.1") == "405 method_not_allowed")
                }
            }
            await replica.stop()
        }
    }

    @Test("HEAD answers every GET without a body, also where the answer is a problem")
    func head() async throws {
        try await TestServer.run { server in
            for route in Routes.all where route.method == .get && !["stream", "metricsLive"].contains(route.operation) {
                let path = route.path.replacing("{id}", with: "12")
                let get = try await server.get(path)
                try await RawConnection.open(server) { connection in
                    try await connection.send(
                        "HEAD \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(TestServer.rootKey)\r\nConnection: close\r\n\r\n"
                    )
                    let answer = await connection.readToEnd()
                    #expect(answer.hasPrefix("HTTP/1.1 \(get.status) ") && answer.hasSuffix("\r\n\r\n"), "\(path)")
                }
            }
        }
    }
}
