import Interchange

/// A place in a parsed document that knows its path, so that every complaint says where.
struct DocumentCursor {
  let node: JSONNode
  let path: JSONPath
  let file: String

  func failure(expected: String, mend: String = Self.standardMend) -> DocumentError {
    DocumentError(
      file: file, line: node.line, column: node.column, path: path.description, found: node.summary,
      expected: expected, mend: mend)
  }

  static let standardMend = "use the file as citybrain wrote it, or run the study again"

  /// The value of a key that must be there.
  func member(_ key: String) throws(DocumentError) -> DocumentCursor {
    guard let found = try optionalMember(key) else {
      throw failure(expected: "an object with the key \"\(key)\"")
    }
    return found
  }

  func optionalMember(_ key: String) throws(DocumentError) -> DocumentCursor? {
    guard case .object(let members) = node.content else { throw failure(expected: "an object") }
    guard let member = members.first(where: { $0.key == key }) else { return nil }
    return DocumentCursor(node: member.value, path: .key(path, key), file: file)
  }

  func elements() throws(DocumentError) -> [DocumentCursor] {
    guard case .array(let nodes) = node.content else { throw failure(expected: "a list") }
    return nodes.enumerated().map {
      DocumentCursor(node: $0.element, path: .index(path, $0.offset), file: file)
    }
  }

  var isNull: Bool {
    if case .null = node.content { true } else { false }
  }

  func string() throws(DocumentError) -> String {
    guard case .string(let text) = node.content else { throw failure(expected: "a text") }
    return text
  }

  func bool() throws(DocumentError) -> Bool {
    guard case .bool(let flag) = node.content else { throw failure(expected: "true or false") }
    return flag
  }

  func integer() throws(DocumentError) -> Int {
    guard case .integer(let integer) = node.content else { throw failure(expected: "a whole number") }
    return integer
  }

  func number() throws(DocumentError) -> Double {
    switch node.content {
    case .integer(let integer): return Double(integer)
    case .number(let number): return number
    case .null, .bool, .string, .array, .object: throw failure(expected: "a number")
    }
  }

  func optionalNumber() throws(DocumentError) -> Double? { isNull ? nil : try number() }

  func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) throws(DocumentError) -> Choice
  where Choice.RawValue == String {
    guard let value = Choice(rawValue: try string()) else {
      throw failure(expected: "one of " + type.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return value
  }
}
