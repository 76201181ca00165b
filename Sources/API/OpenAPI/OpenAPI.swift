import HTTPTypes
import JSONText
import Wire

/// The OpenAPI 3.1 document, made of the same table that registers the routes.
enum OpenAPI {
    static func document(version: String) -> JSONTree {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Usher", "version": .string(version),
                "description":
                    "Gives out places that run out: exactly once, never over capacity, durable before the answer.",
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": [["key": []]],
            "paths": paths(),
            "components": [
                "securitySchemes": [
                    "key": ["type": "http", "scheme": "bearer", "description": "An API key: usher_…"]
                ],
                "schemas": .object(Schemas.all),
                "headers": [
                    "UsherPosition": [
                        "description": "The position that the answer is true at.",
                        "schema": ["type": "string", "pattern": "^[0-9]+-[0-9]+$"],
                    ],
                    "UsherAsOf": [
                        "description":
                            "The time that the answer is judged by: the present of the primary, as this node knows it.",
                        "schema": ["type": "string", "format": "date-time"],
                    ],
                ],
                "responses": [
                    "Problem": [
                        "description": "An error or a refusal.",
                        "headers": positionHeader,
                        "content": ["application/problem+json": ["schema": Schema.reference("Problem")]],
                    ]
                ],
            ],
        ]
    }

    private static let positionHeader: JSONTree = [
        "Usher-Position": ["$ref": "#/components/headers/UsherPosition"]
    ]

    private static let asOfHeaders: JSONTree = [
        "Usher-Position": ["$ref": "#/components/headers/UsherPosition"],
        "Usher-As-Of": ["$ref": "#/components/headers/UsherAsOf"],
    ]

    private static func paths() -> JSONTree {
        var paths = JSONObject()
        for route in Routes.all {
            var item = paths[route.path]?.object ?? JSONObject()
            item[route.method.rawValue.lowercased()] = operation(route)
            paths[route.path] = .object(item)
        }
        return .object(paths)
    }

    private static func operation(_ route: Route) -> JSONTree {
        var operation = JSONObject()
        operation["operationId"] = .string(route.operation)
        operation["summary"] = .string(route.summary)
        operation["tags"] = [.string(tag(route))]
        if route.need == .nothing {
            operation["security"] = []
        } else {
            operation["x-usher-scope"] = .string(route.need.rawValue)
        }
        let parameters = parameters(route)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = body(route) { operation["requestBody"] = body }
        operation["responses"] = responses(route)
        return .object(operation)
    }

    private static func tag(_ route: Route) -> String {
        if route.path.hasPrefix(Routes.admin) { return "administration" }
        return route.path.hasPrefix(Routes.user) ? "claims" : "service"
    }

    private static func parameters(_ route: Route) -> [JSONTree] {
        var parameters: [JSONTree] = route.pathParameters.map { name in
            [
                "name": .string(name), "in": "path", "required": true,
                "schema": ["type": "integer", "minimum": 1, "maximum": 9_007_199_254_740_991],
            ]
        }
        for parameter in route.query {
            parameters.append([
                "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
                "schema": parameter.schema,
            ])
        }
        guard route.need != .nothing else { return parameters }
        parameters.append(header("Usher-Min-Position", "Wait until the node has this position.", "string"))
        parameters.append(header("Usher-Wait-Ms", "The longest such wait; 2000 when not said.", "integer"))
        parameters.append(header("Usher-Tenant", "The tenant to work on; root keys only.", "string"))
        if route.method == .get {
            parameters.append(header("If-None-Match", "Answer 304 when the tag is still the same.", "string"))
        } else if route.takesIdempotencyKey {
            parameters.append(
                header("Idempotency-Key", "Answer a repeat of this request with the first answer.", "string"))
        }
        if route.method == .patch {
            parameters.append(header("If-Match", "Change only this version.", "string"))
        }
        return parameters
    }

    private static func header(_ name: String, _ description: String, _ type: String) -> JSONTree {
        [
            "name": .string(name), "in": "header", "required": false, "description": .string(description),
            "schema": ["type": .string(type)],
        ]
    }

    private static func body(_ route: Route) -> JSONTree? {
        switch route.body {
        case .none: return nil
        case .json(let schema):
            return ["required": true, "content": ["application/json": ["schema": Schema.reference(schema)]]]
        case .stream(let schema, let csv):
            var content = JSONObject()
            content["application/x-ndjson"] = ["schema": Schema.reference(schema)]
            if csv { content["text/csv"] = ["schema": ["type": "string"]] }
            return ["required": true, "content": .object(content)]
        }
    }

    private static func responses(_ route: Route) -> JSONTree {
        var responses = JSONObject()
        for success in route.success {
            var content = JSONObject()
            for (type, schema) in success.content {
                content[type] = ["schema": schema.isEmpty ? ["type": "string"] : Schema.reference(schema)]
            }
            responses[String(success.status)] = [
                "description": .string(HTTPStatus.phrase(success.status)),
                "headers": route.dependsOnTime ? asOfHeaders : positionHeader,
                "content": .object(content),
            ]
        }
        var problems = Set(route.problems)
        problems.formUnion([400, 422])
        if route.need != .nothing { problems.formUnion([401, 403, 429, 504]) }
        if route.changesState { problems.insert(421) }
        if case .json = route.body { problems.formUnion([413, 422]) }
        for status in problems.sorted() {
            responses[String(status)] = ["$ref": "#/components/responses/Problem"]
        }
        return .object(responses)
    }
}
