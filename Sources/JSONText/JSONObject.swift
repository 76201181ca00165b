/// The members of a JSON object in the order in which they came.
///
/// Names are bytes: `é` in one code point and in two are two names.
package struct JSONObject: Equatable, Sendable {
    /// Name and value; names are unique.
    package private(set) var members: [(name: String, value: JSONTree)] = []
    /// The index of each name; filled only when the object has too many members to compare one by one.
    private var places: [ByteName: Int] = [:]

    private static let placesFrom = 16

    /// An object without members.
    package init() {}

    /// Compares members by name, whatever their order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && left.members.allSatisfy { member in right[member.name] == member.value }
    }

    /// The value of a member.
    ///
    /// Setting nil removes it. O(1), except for removing: O(members).
    package subscript(name: String) -> JSONTree? {
        get { place(of: name).map { members[$0].value } }
        set {
            switch (place(of: name), newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil):
                members.remove(at: index)
                places = [:]
                if members.count >= JSONObject.placesFrom { findPlaces() }
            case (nil, let value?):
                members.append((name, value))
                if members.count == JSONObject.placesFrom {
                    findPlaces()
                } else if members.count > JSONObject.placesFrom {
                    places[ByteName(name)] = members.count - 1
                }
            case (nil, nil): break
            }
        }
    }

    private func place(of name: String) -> Int? {
        if members.count >= JSONObject.placesFrom { return places[ByteName(name)] }
        return members.firstIndex { $0.name.hasBytes(of: name) }
    }

    private mutating func findPlaces() {
        for (index, member) in members.enumerated() { places[ByteName(member.name)] = index }
    }
}

extension String {
    /// True if both texts have the same bytes.
    @inlinable
    public func hasBytes(of other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let areEqual = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { left.elementsEqual($0) }
        }
        return (areEqual ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
