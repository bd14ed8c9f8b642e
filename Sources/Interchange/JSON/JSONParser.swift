/// A strict reader of JSON and JSON5 that keeps the place of every value.
///
/// It goes over the bytes once. Recursion is bounded by ``nestingLimit``, the document by ``byteLimit``.
struct JSONParser {
  static let nestingLimit = 128
  static let byteLimit = 256 << 20
  /// Errors beyond this many are not collected; nobody reads them.
  static let duplicateLimit = 50

  let bytes: [UInt8]
  let file: String
  var position = 0
  var line = 1
  /// Index of the byte that would have column 1 if every character were one byte: continuation bytes move it on.
  var lineStart = 0
  private var steps: [Step] = []
  private(set) var duplicates: [DocumentError] = []

  private enum Step {
    case key(String)
    case index(Int)
  }

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  var column: Int { position - lineStart + 1 }

  /// The byte at the reading position; 0 behind the end, where no token begins with it.
  var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  var isAtEnd: Bool { position >= bytes.count }

  mutating func parseDocument() throws(DocumentError) -> JSONNode {
    try checkEncoding()
    try skipBlanks()
    if isAtEnd {
      throw failure(
        found: bytes.isEmpty ? "an empty file" : "a file without any value", expected: "a JSON value",
        mend: "write an object in braces, or name another file")
    }
    let root = try parseValue()
    try skipBlanks()
    if !isAtEnd {
      throw failure(
        found: tokenSummary(), expected: "the end of the file after the value",
        mend: "remove what follows the last closing bracket, or a bracket too many before it")
    }
    return root
  }

  /// - Precondition: blanks are skipped.
  mutating func parseValue() throws(DocumentError) -> JSONNode {
    let startLine = line
    let startColumn = column
    let content: JSONNode.Content
    switch current {
    case UInt8(ascii: "{"): content = .object(try parseMembers())
    case UInt8(ascii: "["): content = .array(try parseElements())
    case UInt8(ascii: "\""), UInt8(ascii: "'"): content = .string(try parseString())
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."):
      content = try parseNumber()
    default: content = try parseWord()
    }
    return JSONNode(content, line: startLine, column: startColumn)
  }

  private mutating func enter() throws(DocumentError) {
    if steps.count >= Self.nestingLimit {
      throw failure(
        found: "brackets nested more than \(Self.nestingLimit) deep",
        expected: "at most \(Self.nestingLimit) levels", mend: "check for brackets that are never closed")
    }
    position += 1
    try skipBlanks()
  }

  private mutating func parseElements() throws(DocumentError) -> [JSONNode] {
    let opening = (line, column)
    try enter()
    var elements: [JSONNode] = []
    steps.append(.index(0))
    while current != UInt8(ascii: "]") {
      try checkNotAtEnd(opening, bracket: "[", closing: "]")
      steps[steps.count - 1] = .index(elements.count)
      elements.append(try parseValue())
      try skipBlanks()
      if current == UInt8(ascii: ",") {
        position += 1
        try skipBlanks()
      } else if current != UInt8(ascii: "]") {
        try checkNotAtEnd(opening, bracket: "[", closing: "]")
        throw failure(
          found: tokenSummary(), expected: "a comma or ]", mend: "put a comma between the entries of a list")
      }
    }
    steps.removeLast()
    position += 1
    return elements
  }

  private mutating func parseMembers() throws(DocumentError) -> [JSONMember] {
    let opening = (line, column)
    try enter()
    var members: [JSONMember] = []
    var known = KnownKeys()
    steps.append(.key(""))
    while current != UInt8(ascii: "}") {
      try checkNotAtEnd(opening, bracket: "{", closing: "}")
      steps[steps.count - 1] = .key("")
      let place = (line, column)
      let key = try parseKey()
      steps[steps.count - 1] = .key(key)
      try skipBlanks()
      if current != UInt8(ascii: ":") {
        throw failure(
          found: tokenSummary(), expected: "a colon after the key", mend: "write \"key\": value")
      }
      position += 1
      try skipBlanks()
      let member = JSONMember(key: key, value: try parseValue(), line: place.0, column: place.1)
      if known.insert(key, into: members) {
        members.append(member)
      } else {
        noteDuplicate(member, in: members)
      }
      try skipBlanks()
      if current == UInt8(ascii: ",") {
        position += 1
        try skipBlanks()
      } else if current != UInt8(ascii: "}") {
        try checkNotAtEnd(opening, bracket: "{", closing: "}")
        throw failure(
          found: tokenSummary(), expected: "a comma or }", mend: "put a comma between the keys of an object")
      }
    }
    steps.removeLast()
    position += 1
    return members
  }

  private mutating func noteDuplicate(_ member: JSONMember, in members: [JSONMember]) {
    if duplicates.count >= Self.duplicateLimit { return }
    let first = members.first { $0.key == member.key }?.line ?? 0
    duplicates.append(
      DocumentError(
        file: file, line: member.line, column: member.column, path: path.description,
        found: "the key \"\(member.key.shortened)\" a second time (first in line \(first))",
        expected: "each key once in an object", mend: "remove one of the two, or rename it"))
  }

  private func checkNotAtEnd(
    _ opening: (line: Int, column: Int), bracket: String, closing: String
  ) throws(DocumentError) {
    if !isAtEnd { return }
    throw failure(
      found: "the end of the file",
      expected: "\(closing) for the \(bracket) of line \(opening.line), column \(opening.column)",
      mend: "close the bracket; the file may have been cut off")
  }

  var path: JSONPath {
    var path = JSONPath.root
    for step in steps {
      switch step {
      case .key(let key): path = key.isEmpty ? path : .key(path, key)
      case .index(let index): path = .index(path, index)
      }
    }
    return path
  }

  func failure(found: String, expected: String, mend: String) -> DocumentError {
    DocumentError(
      file: file, line: line, column: column, path: path.description, found: found, expected: expected,
      mend: mend)
  }
}

/// The keys of the object being read: searched in order while few, by hash when many.
private struct KnownKeys {
  private var set: Set<String> = []

  /// Whether the key is new.
  mutating func insert(_ key: String, into members: [JSONMember]) -> Bool {
    if members.count < 12 { return !members.contains { $0.key == key } }
    if set.isEmpty { for member in members { set.insert(member.key) } }
    return set.insert(key).inserted
  }
}
