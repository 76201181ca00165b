internal import JSONText

/// Checks a grant, and brings it into its normal form.
///
/// A grant has `role`, `projects`, `project_role`, `scope_allowlist`, and under `tenants` the same for others. The
/// normal form has all of them, so that every reader finds lists where lists belong.
enum GrantRules {
    private static let projectRoles = ["member", "admin", "owner"]

    /// Checks a grant's JSON text and brings it into normal form; an unknown member is an error.
    ///
    /// - Returns: the normal form as JSON text; nil when something was added to `errors`.
    static func normalize(_ bytes: [UInt8], errors: inout FieldErrors) -> [UInt8]? {
        guard let members = JSONRules.checkObject(bytes, "grant", errors: &errors) else { return nil }
        var problems = FieldErrors()
        problems.checkNames(of: members, among: sliceNames + ["tenants"], path: "grant")
        var grant = slice(members, path: "grant", errors: &problems)
        var tenants: [JSONTree] = []
        switch members["tenants"] ?? .null {
        case .null: break
        case .array(let entries):
            for (index, entry) in entries.enumerated() {
                tenants.append(tenant(entry, path: "grant.tenants.\(index)", errors: &problems))
            }
        default: problems.add("grant.tenants", "Must be a list.")
        }
        grant["tenants"] = .array(tenants)
        errors.add(problems)
        return problems.isEmpty ? JSONTree.object(grant).text : nil
    }

    private static func tenant(_ entry: JSONTree, path: String, errors: inout FieldErrors) -> JSONTree {
        guard case .object(let members) = entry else {
            errors.add(path, "Must be an object.")
            return .null
        }
        errors.checkNames(of: members, among: sliceNames + ["tenant_id"], path: path)
        var normal = slice(members, path: path, errors: &errors)
        if case .string(let id) = members["tenant_id"], !id.isEmpty, id.unicodeScalars.count <= 50 {
            normal["tenant_id"] = .string(id)
        } else {
            errors.add("\(path).tenant_id", "Must be a text of 1 to 50 characters.")
        }
        return .object(normal)
    }

    /// The members that a grant and its entries for other tenants have in common, in their order in the normal form.
    private static let sliceNames = ["project_role", "projects", "role", "scope_allowlist"]

    private static func slice(_ members: JSONObject, path: String, errors: inout FieldErrors) -> JSONObject {
        var slice = JSONObject()
        slice["project_role"] = projectRole(members["project_role"] ?? .null, path: path, errors: &errors)
        slice["projects"] = projects(members["projects"] ?? .null, path: path, errors: &errors)
        slice["role"] = role(members["role"] ?? .null, path: path, errors: &errors)
        slice["scope_allowlist"] = scopes(members["scope_allowlist"] ?? .null, path: path, errors: &errors)
        return slice
    }

    private static func role(_ value: JSONTree, path: String, errors: inout FieldErrors) -> JSONTree {
        switch value {
        case .null: return .null
        case .string(let role):
            errors.check(role != "super-admin", "\(path).role", "The role super-admin cannot be granted.")
            errors.check(role.unicodeScalars.count <= 255, "\(path).role", "Must have at most 255 characters.")
            return role.isEmpty ? .null : value
        default:
            errors.add("\(path).role", "Must be a text.")
            return .null
        }
    }

    private static func projects(_ value: JSONTree, path: String, errors: inout FieldErrors) -> JSONTree {
        if case .null = value { return .array([]) }
        guard case .array(let entries) = value else {
            errors.add("\(path).projects", "Must be a list.")
            return .array([])
        }
        var names: [String] = []
        var seen: Set<ByteName> = []
        for (index, entry) in entries.enumerated() {
            guard case .string(let text) = entry, text.unicodeScalars.count <= 120 else {
                errors.add("\(path).projects.\(index)", "Must be a text of at most 120 characters.")
                continue
            }
            let isBlank = { (character: Character) in character.isWhitespace }
            let kept = text.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
            let name = String(kept)
            if !name.isEmpty, seen.insert(ByteName(name)).inserted { names.append(name) }
        }
        return .array(names.map(JSONTree.string))
    }

    private static func projectRole(_ value: JSONTree, path: String, errors: inout FieldErrors) -> JSONTree {
        switch value {
        case .null: return .string("member")
        case .string(let role) where projectRoles.contains(role): return value
        default:
            errors.add("\(path).project_role", "Must be member, admin or owner.")
            return .null
        }
    }

    private static func scopes(_ value: JSONTree, path: String, errors: inout FieldErrors) -> JSONTree {
        switch value {
        case .null, .array, .object: return value
        default:
            errors.add("\(path).scope_allowlist", "Must be a list or an object.")
            return .null
        }
    }
}
