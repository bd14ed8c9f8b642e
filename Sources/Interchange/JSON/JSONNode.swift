/// A value of a parsed JSON document, with the place where it stands.
public struct JSONNode: Sendable {
  public enum Content: Sendable {
    case null
    case bool(Bool)
    /// A literal without fraction and exponent that a 64-bit integer can hold.
    case integer(Int)
    /// Any other number; always finite.
    case number(Double)
    case string(String)
    case array([JSONNode])
    /// In the order of the document; keys are unique.
    case object([JSONMember])
  }

  public var content: Content
  private var packedLine: UInt32
  private var packedColumn: UInt32

  public init(_ content: Content, line: Int, column: Int) {
    self.content = content
    packedLine = UInt32(clamping: line)
    packedColumn = UInt32(clamping: column)
  }

  /// Of the value's first character, from 1.
  public var line: Int { Int(packedLine) }

  /// Of the value's first character, in characters, from 1.
  public var column: Int { Int(packedColumn) }

  /// The same value without places.
  public var value: JSONValue {
    switch content {
    case .null: .null
    case .bool(let flag): .bool(flag)
    case .integer(let integer): .integer(integer)
    case .number(let number): .number(number)
    case .string(let string): .string(string)
    case .array(let elements): .array(elements.map(\.value))
    case .object(let members): .object(members.map { ($0.key, $0.value.value) })
    }
  }

  /// The value as an error message names it, cut to a line's length.
  public var summary: String {
    switch content {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let integer): "\(integer)"
    case .number(let number): JSONValue.number(number).text(pretty: false)
    case .string(let string): "the text \(JSONValue.string(string.shortened).text(pretty: false))"
    case .array(let elements):
      elements.count == 1 ? "a list of 1 entry" : "a list of \(elements.count) entries"
    case .object(let members):
      members.count == 1 ? "an object of 1 key" : "an object of \(members.count) keys"
    }
  }
}

/// A key of a JSON object and its value.
public struct JSONMember: Sendable {
  public var key: String
  public var value: JSONNode
  private var packedLine: UInt32
  private var packedColumn: UInt32

  public init(key: String, value: JSONNode, line: Int, column: Int) {
    self.key = key
    self.value = value
    packedLine = UInt32(clamping: line)
    packedColumn = UInt32(clamping: column)
  }

  /// Of the key, from 1.
  public var line: Int { Int(packedLine) }

  /// Of the key, in characters, from 1.
  public var column: Int { Int(packedColumn) }
}

/// The way from the root of a JSON document to one of its values.
public indirect enum JSONPath: Sendable, CustomStringConvertible {
  case root
  case key(JSONPath, String)
  case index(JSONPath, Int)

  /// `$.links[3].lanes`; keys that are no plain words stand in brackets and quotes, and of more than twelve steps
  /// the middle is left out.
  public var description: String {
    var steps: [String] = []
    var path = self
    loop: while true {
      switch path {
      case .root: break loop
      case .key(let parent, let key):
        steps.append(key.isPlainWord ? ".\(key)" : "[\(JSONValue.string(key.shortened).text(pretty: false))]")
        path = parent
      case .index(let parent, let index):
        steps.append("[\(index)]")
        path = parent
      }
    }
    steps.reverse()
    if steps.count > 12 { steps = steps.prefix(6) + ["..."] + steps.suffix(2) }
    return "$" + steps.joined()
  }
}

extension String {
  /// Letters, digits and underscores, not beginning with a digit.
  var isPlainWord: Bool {
    var isFirst = true
    for byte in utf8 {
      let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == 0x5F
      let isDigit = byte >= 0x30 && byte <= 0x39
      if !(isLetter || isDigit && !isFirst) { return false }
      isFirst = false
    }
    return !isFirst
  }

  /// At most 40 characters, so that a message stays a line.
  var shortened: String { count <= 40 ? self : "\(prefix(37))..." }
}
