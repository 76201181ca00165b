import HTTPTypes
package import JSONText
import Wire

/// The OpenAPI 3.1 document, made of the same table that registers the routes.
package enum OpenAPI {
    package static func document(version: String) -> JSONTree {
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
                "schemas": .object(schemas()),
                "headers": [
                    "UsherPosition": [
                        "description": "The position that the answer is true at.",
                        "schema": ["type": "string", "pattern": "^[0-9]+-[0-9]+$"],
                    ],
                    "ETag": [
                        "description": "The strong tag of the answer, for If-None-Match and If-Match.",
                        "schema": ["type": "string"],
                    ],
                    "IdempotentReplayed": [
                        "description": "Set where the answer is that of the first request with this Idempotency-Key.",
                        "schema": ["type": "string", "enum": ["true"]],
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
                        "headers": [
                            "Usher-Position": ["$ref": "#/components/headers/UsherPosition"],
                            "Usher-As-Of": ["$ref": "#/components/headers/UsherAsOf"],
                        ],
                        "content": ["application/problem+json": ["schema": Schema.reference("Problem")]],
                    ]
                ],
            ],
        ]
    }

    /// The schemas of all bodies and answers, and of problems, by name.
    private static func schemas() -> JSONObject {
        var schemas = JSONObject()
        schemas[ProblemView.schemaName] = ProblemView.schema
        for operation in Operations.all {
            if let body = operation.body.form { schemas[body.schemaName] = body.schema }
            for form in operation.replies.flatMap({ $0.content.map(\.form) }) {
                for (name, schema) in form.schemas { schemas[name] = schema }
            }
        }
        return schemas
    }

    private static func paths() -> JSONTree {
        var paths = JSONObject()
        for operation in Operations.all {
            var item = paths[operation.path]?.object ?? JSONObject()
            item[operation.method.rawValue.lowercased()] = document(operation)
            paths[operation.path] = .object(item)
        }
        return .object(paths)
    }

    private static func document(_ operation: Operation) -> JSONTree {
        var item = JSONObject()
        item["operationId"] = .string(operation.name)
        item["summary"] = .string(operation.summary)
        item["tags"] = [.string(operation.chapter.rawValue)]
        item["x-usher-kind"] = .string(operation.kind.rawValue)
        if operation.need == .nothing {
            item["security"] = []
        } else {
            item["x-usher-scope"] = .string(operation.need.rawValue)
        }
        let parameters = parameters(operation)
        if !parameters.isEmpty { item["parameters"] = .array(parameters) }
        if let body = body(operation) { item["requestBody"] = body }
        item["responses"] = responses(operation)
        return .object(item)
    }

    private static func parameters(_ operation: Operation) -> [JSONTree] {
        var parameters: [JSONTree] = operation.pathParameters.map { parameter in
            ["name": .string(parameter.rawValue), "in": "path", "required": true, "schema": parameter.schema]
        }
        for parameter in operation.query {
            parameters.append([
                "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
                "schema": parameter.schema,
            ])
        }
        if operation.need != .nothing {
            parameters.append(header("Usher-Min-Position", "Wait until the node has this position.", "string"))
            parameters.append(header("Usher-Wait-Ms", "The longest such wait, in ms; 2000 by default.", "integer"))
            parameters.append(header("Usher-Tenant", "The tenant to work on; root keys only.", "string"))
        }
        if operation.isConditionalRead {
            parameters.append(header("If-None-Match", "Answer 304 when the tag is still the same.", "string"))
        }
        if operation.takesIdempotencyKey {
            parameters.append(
                header("Idempotency-Key", "Answer a repeat of this request with the first answer.", "string"))
        }
        if operation.comparesVersions {
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

    private static func body(_ operation: Operation) -> JSONTree? {
        switch operation.body {
        case .none: return nil
        case .json(let form, let isRequired):
            return [
                "required": .bool(isRequired),
                "content": ["application/json": ["schema": Schema.reference(form.schemaName)]],
            ]
        case .rows(let form, let csv):
            var content = JSONObject()
            content["application/x-ndjson"] = ["schema": Schema.reference(form.schemaName)]
            if csv { content["text/csv"] = ["schema": Schema.text] }
            return ["required": true, "content": .object(content)]
        }
    }

    // MARK: Answers

    private static func responses(_ operation: Operation) -> JSONTree {
        var responses = JSONObject()
        for reply in operation.replies {
            var content = JSONObject()
            for (type, form) in reply.content {
                content[type] = ["schema": form.name.isEmpty ? Schema.text : Schema.reference(form.name)]
            }
            responses[String(reply.status)] = [
                "description": .string(HTTPStatus.phrase(reply.status)), "headers": headers(operation),
                "content": .object(content),
            ]
        }
        if operation.isConditionalRead {
            responses["304"] = ["description": "The tag is still the same.", "headers": headers(operation)]
        }
        for status in operation.problemStatuses {
            responses[String(status)] = ["$ref": "#/components/responses/Problem"]
        }
        // Stands for requests that are not HTTP, are too slow or have too many fields, and for faults of the server.
        responses["default"] = ["$ref": "#/components/responses/Problem"]
        return .object(responses)
    }

    /// The fields of an answer that is no problem.
    private static func headers(_ operation: Operation) -> JSONTree {
        var headers = JSONObject()
        headers["Usher-Position"] = ["$ref": "#/components/headers/UsherPosition"]
        if operation.dependsOnTime { headers["Usher-As-Of"] = ["$ref": "#/components/headers/UsherAsOf"] }
        if operation.isTagged { headers["ETag"] = ["$ref": "#/components/headers/ETag"] }
        if operation.takesIdempotencyKey {
            headers["Idempotent-Replayed"] = ["$ref": "#/components/headers/IdempotentReplayed"]
        }
        return .object(headers)
    }
}
