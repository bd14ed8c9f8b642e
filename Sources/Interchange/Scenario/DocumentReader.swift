/// A value of the document and the way to it.
struct DocumentPlace: Sendable {
  let node: JSONNode
  let path: JSONPath
}

/// An object of the document whose keys have been checked.
struct DocumentObject: Sendable {
  let kind: ScenarioObject
  let place: DocumentPlace
  let members: [JSONMember]

  /// The value of a key; `nil` if the key is absent.
  subscript(key: String) -> DocumentPlace? {
    assert(kind.keys.contains(key), "the key \(key) is missing in the format of \(kind.title)")
    guard let member = members.first(where: { $0.key == key }) else { return nil }
    return DocumentPlace(node: member.value, path: .key(place.path, key))
  }
}

/// Takes values out of a parsed document and collects what is wrong with them.
///
/// Every getter returns something usable even when it has noted an error, so that one pass finds them all; the
/// result counts only if ``errors`` is empty.
struct DocumentReader {
  /// More errors than this are not collected; nobody reads them.
  static let errorLimit = 50

  let file: String
  private(set) var errors: [DocumentError] = []

  init(file: String, errors: [DocumentError] = []) {
    self.file = file
    self.errors = errors
  }

  mutating func note(_ place: DocumentPlace, found: String, expected: String, mend: String) {
    note(
      DocumentError(
        file: file, line: place.node.line, column: place.node.column, path: place.path.description,
        found: found, expected: expected, mend: mend))
  }

  mutating func note(_ error: DocumentError) {
    if errors.count < Self.errorLimit { errors.append(error) }
  }

  mutating func noteType(_ place: DocumentPlace, expected: String, mend: String) {
    note(place, found: place.node.summary, expected: expected, mend: mend)
  }

  mutating func noteMissing(_ key: String, in object: DocumentObject, mend: String) {
    note(
      object.place, found: "\(object.kind.title) without \"\(key)\"", expected: "the key \"\(key)\"",
      mend: mend)
  }
}

extension DocumentReader {
  /// The object at a place; notes a wrong type and unknown keys.
  mutating func object(_ place: DocumentPlace, as kind: ScenarioObject) -> DocumentObject? {
    guard case .object(let members) = place.node.content else {
      noteType(
        place, expected: "\(kind.title), as an object in braces",
        mend: "write { ... } with the keys \(kind.keys.prefix(4).joined(separator: ", ")), ...")
      return nil
    }
    for member in members where !kind.keys.contains(member.key) {
      let nearest = Suggestion.nearest(to: member.key, among: kind.keys)
      note(
        DocumentError(
          file: file, line: member.line, column: member.column,
          path: JSONPath.key(place.path, member.key).description,
          found: "the unknown key \"\(member.key.shortened)\"",
          expected: "a key of \(kind.title) (\(kind.keys.joined(separator: ", ")))",
          mend: nearest.map { "did you mean \"\($0)\"?" } ?? "remove it, or use one of these keys"))
    }
    return DocumentObject(kind: kind, place: place, members: members)
  }

  /// The entries of a list; none if the key is absent and not required.
  mutating func elements(_ object: DocumentObject, _ key: String, isRequired: Bool = false) -> [DocumentPlace]
  {
    guard let place = object[key] else {
      if isRequired { noteMissing(key, in: object, mend: "add \"\(key)\": [ ... ]") }
      return []
    }
    return elements(place)
  }

  mutating func elements(_ place: DocumentPlace) -> [DocumentPlace] {
    guard case .array(let nodes) = place.node.content else {
      noteType(place, expected: "a list in brackets", mend: "write [ ... ], with one entry too")
      return []
    }
    if nodes.count > ScenarioLimits.entries {
      note(
        place, found: "a list of \(nodes.count) entries", expected: "at most \(ScenarioLimits.entries)",
        mend: "split the scenario")
      return []
    }
    return nodes.enumerated().map { DocumentPlace(node: $1, path: .index(place.path, $0)) }
  }

  /// The keys and values of an object whose keys are names.
  mutating func entries(_ place: DocumentPlace, of what: String) -> [(key: JSONMember, value: DocumentPlace)]
  {
    guard case .object(let members) = place.node.content else {
      noteType(place, expected: "\(what), as an object in braces", mend: "write { \"name\": value, ... }")
      return []
    }
    return members.map { ($0, DocumentPlace(node: $0.value, path: .key(place.path, $0.key))) }
  }

  /// The objects of a list.
  mutating func objects(
    _ object: DocumentObject, _ key: String, as kind: ScenarioObject, isRequired: Bool = false
  ) -> [DocumentObject] {
    var result: [DocumentObject] = []
    for place in elements(object, key, isRequired: isRequired) {
      if let entry = self.object(place, as: kind) { result.append(entry) }
    }
    return result
  }
}
